//! What keeps a repository from being read at all. Mistakes in files are diagnostics, not errors.

use std::io;
use std::path::PathBuf;

/// Why no file could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    /// A folder of the working tree does not open or list.
    #[error("cannot read the folder `{path}`")]
    Folder {
        /// As it was asked for.
        path: PathBuf,
        /// The operating system's reason.
        #[source]
        err: io::Error,
    },
    /// The commit or one of its trees is missing or damaged.
    #[error("cannot read commit {commit} of the repository")]
    Commit {
        /// The commit that was to be read.
        commit: git2::Oid,
        /// Git's reason.
        #[source]
        err: git2::Error,
    },
}
