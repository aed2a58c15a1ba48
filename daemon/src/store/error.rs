//! Why a store cannot be opened, read or written; each message says what to do about it.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the store `{}` is damaged: {reason}; it was left as it is. Restore it from a backup, or move its folder away to begin anew", path.display()
    )]
    Damaged { path: PathBuf, reason: String },
    #[error("the store `{}` is in use by another process", path.display())]
    InUse { path: PathBuf },
    #[error("the store `{}` was written by another version of shipd (file format {format}); start that version", path.display())]
    OtherFormat { path: PathBuf, format: u8 },
    #[error("no space left on the disk of `{}`; free some and start again", path.display())]
    DiskFull { path: PathBuf },
    #[error("cannot {verb} the store `{}`", path.display())]
    Io {
        verb: &'static str,
        path: PathBuf,
        #[source]
        err: io::Error,
    },
}

impl StoreError {
    /// Sorts an error of redb by what its reader can do about it.
    pub(super) fn of_redb(verb: &'static str, path: &std::path::Path, err: redb::Error) -> Self {
        let path = path.to_owned();
        match err {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::InUse { path },
            redb::Error::UpgradeRequired(format) => Self::OtherFormat { path, format },
            redb::Error::Io(err) if err.kind() == io::ErrorKind::StorageFull => Self::DiskFull { path },
            redb::Error::Io(err) if err.kind() == io::ErrorKind::InvalidData => {
                Self::Damaged { path, reason: err.to_string() }
            }
            redb::Error::Io(err) if err.kind() == io::ErrorKind::UnexpectedEof => {
                Self::Damaged { path, reason: err.to_string() }
            }
            redb::Error::Io(err) => Self::Io { verb, path, err },
            redb::Error::PreviousIo => Self::Io { verb, path, err: io::Error::other("an earlier write failed") },
            // Whatever else redb says while nobody but us holds the file means that the file is not what we wrote.
            other => Self::Damaged { path, reason: other.to_string() },
        }
    }
}
