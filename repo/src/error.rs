//! What keeps a repository from being read at all. Mistakes in files are diagnostics, not errors.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    #[error("cannot read the folder `{path}`")]
    Folder {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
    #[error("cannot read commit {commit} of the repository")]
    Commit {
        commit: git2::Oid,
        #[source]
        err: git2::Error,
    },
}
