//! The data directory: who may use it, which version wrote it, and what lies where. Opening it either
//! succeeds whole or changes nothing that was there.

use crate::entropy;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Raised when an older shipd could not read what this one writes.
const FORMAT: u32 = 1;

/// An open data directory. Nobody else can open it until this is dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    /// Whether an earlier daemon completed its first start here.
    in_use_before: bool,
    _lock: File,
}

#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error("`{}` is in use by another shipd{}; stop that one or give this one its own --data", dir.display(), by(*pid))]
    Locked { dir: PathBuf, pid: Option<u32> },
    #[error(
        "`{}` was written by a newer shipd (format {found}, this one knows {FORMAT}); start the newer one. Nothing was changed", dir.display()
    )]
    Newer { dir: PathBuf, found: u32 },
    #[error("`{}` is damaged: {reason}. Restore it from a backup, or move it away to begin anew", dir.display())]
    Damaged { dir: PathBuf, reason: String },
    #[error("no space left on the disk of `{}`; free some and start again", path.display())]
    DiskFull { path: PathBuf },
    #[error("cannot write to `{}`; choose another folder with --data, or become a user who may", path.display())]
    Denied {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
    #[error("cannot use `{}`", path.display())]
    Io {
        path: PathBuf,
        #[source]
        err: io::Error,
    },
}

fn by(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl DataDir {
    /// Makes the folder if there is none, takes its lock, and refuses what a newer version wrote.
    pub fn open(root: &Path) -> Result<Self, DataDirError> {
        // Tokens and objects are nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(|err| refusal(root, err))?;
        let root = root.canonicalize().map_err(|err| refusal(root, err))?;
        let lock = lock(&root)?;
        let in_use_before = check_format(&root)?;
        Ok(Self { root, in_use_before, _lock: lock })
    }

    /// The first start is complete: from now on a missing store is a loss and not a beginning.
    pub fn settle(&mut self) -> Result<(), DataDirError> {
        if !self.in_use_before {
            write_whole(&self.root.join("format"), &format!("{FORMAT}\n"))?;
            self.in_use_before = true;
        }
        Ok(())
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    #[must_use]
    pub fn repo(&self) -> PathBuf {
        self.root.join("repo.git")
    }

    #[must_use]
    pub fn agent(&self) -> PathBuf {
        self.root.join("agent")
    }

    #[must_use]
    pub fn hook_socket(&self) -> PathBuf {
        self.root.join("hook.sock")
    }

    /// Where the store is, or is to be made.
    pub fn store(&self) -> Result<PathBuf, DataDirError> {
        let path = self.root.join("store.redb");
        if self.in_use_before && !path.exists() {
            return Err(self.damaged("`store.redb` is missing"));
        }
        Ok(path)
    }

    /// Whether a store without any record is what is to be expected.
    pub fn expect_records(&self) -> Result<(), DataDirError> {
        if self.in_use_before { Err(self.damaged("`store.redb` holds no cluster")) } else { Ok(()) }
    }

    /// What agents show to be let in; made at the first call.
    pub fn join_token(&self) -> Result<String, DataDirError> {
        let path = self.root.join("join-token");
        match fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Ok(_) => Err(self.damaged("`join-token` is empty")),
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                let token = entropy::token().map_err(|err| refusal(&path, err))?;
                write_whole(&path, &format!("{token}\n"))?;
                Ok(token)
            }
            Err(err) => Err(refusal(&path, err)),
        }
    }

    fn damaged(&self, reason: &str) -> DataDirError {
        DataDirError::Damaged { dir: self.root.clone(), reason: reason.to_owned() }
    }
}

fn lock(root: &Path) -> Result<File, DataDirError> {
    let path = root.join("lock");
    let open = || -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path)
    };
    let mut file = open().map_err(|err| refusal(&path, err))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(DataDirError::Locked { dir: root.to_owned(), pid: holder(&mut file) });
        }
        Err(TryLockError::Error(err)) => return Err(refusal(&path, err)),
    }
    let sign = |file: &mut File| -> io::Result<()> {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    sign(&mut file).map_err(|err| refusal(&path, err))?;
    Ok(file)
}

/// For the message only: the lock itself is the kernel's.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Whether the folder was in use before; an error if by a version that this one does not know.
fn check_format(root: &Path) -> Result<bool, DataDirError> {
    let path = root.join("format");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(err) => return Err(refusal(&path, err)),
    };
    match text.trim().parse::<u32>() {
        Ok(0) | Err(_) => Err(DataDirError::Damaged {
            dir: root.to_owned(),
            reason: "the file `format` does not hold a version number".to_owned(),
        }),
        Ok(found) if found > FORMAT => Err(DataDirError::Newer { dir: root.to_owned(), found }),
        Ok(_) => Ok(true),
    }
}

/// Readers see the old file or the new one, after a power cut too.
fn write_whole(path: &Path, text: &str) -> Result<(), DataDirError> {
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|err| refusal(path, err))
}

fn refusal(path: &Path, err: io::Error) -> DataDirError {
    let path = path.to_owned();
    match err.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DataDirError::DiskFull { path },
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => DataDirError::Denied { path, err },
        _ => DataDirError::Io { path, err },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_folder_has_one_daemon_at_a_time() {
        let dir = TempDir::new().unwrap();
        let first = DataDir::open(dir.path()).unwrap();
        let refused = DataDir::open(dir.path()).expect_err("locked");
        assert!(
            matches!(refused, DataDirError::Locked { pid: Some(pid), .. } if pid == std::process::id()),
            "{refused}"
        );
        drop(first);
        DataDir::open(dir.path()).expect("free again");
    }

    #[test]
    fn what_a_newer_version_wrote_is_left_alone() {
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("format"), "2\n").unwrap();
        assert!(matches!(DataDir::open(dir.path()), Err(DataDirError::Newer { found: 2, .. })));
        assert_eq!(fs::read_to_string(dir.path().join("format")).unwrap(), "2\n");
    }

    #[test]
    fn a_store_that_vanished_is_a_loss_and_not_a_beginning() {
        let dir = TempDir::new().unwrap();
        let mut first = DataDir::open(dir.path()).unwrap();
        first.store().expect("a new one may be made");
        first.settle().unwrap();
        drop(first);
        let again = DataDir::open(dir.path()).unwrap();
        assert!(matches!(again.store(), Err(DataDirError::Damaged { .. })));
        assert!(matches!(again.expect_records(), Err(DataDirError::Damaged { .. })));
    }

    #[test]
    fn the_join_token_stays_the_same() {
        let dir = TempDir::new().unwrap();
        let data = DataDir::open(dir.path()).unwrap();
        let token = data.join_token().unwrap();
        assert_eq!(token.len(), 64);
        assert_eq!(data.join_token().unwrap(), token);
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let dir = TempDir::new().unwrap();
        let file = dir.path().join("data");
        fs::write(&file, "").unwrap();
        let refused = DataDir::open(&file).expect_err("not a folder").to_string();
        assert!(refused.contains(&file.display().to_string()), "{refused}");
    }
}
