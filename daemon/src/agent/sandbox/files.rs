//! What is in a sandbox. Whatever a task puts there, links above all, no path leads out of it: the kernel itself
//! resolves it below the folder (`openat2`, Linux 5.6).

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, OpenHow, ResolveFlag, openat2, readlinkat};
use nix::sys::stat::{FileStat, SFlag, fstat, fstatat};
use ship_core::model::Timestamp;
use ship_core::protocol::{FileEntry, FileKind, FileListing};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

/// Of a folder that has more, so many are told.
const ENTRIES_MAX: usize = 10_000;

/// The kernel gives up where names change under its hands; not for long.
const ATTEMPTS: usize = 10;

/// Why there is nothing to see.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::agent) enum NoFiles {
    #[error("this task has no sandbox: an older agent started it, or its engine does not see the agent's files")]
    NoSandbox,
    #[error("`{0}` leads out of the sandbox")]
    Outside(String),
    #[error("there is no `{0}`")]
    Missing(String),
    #[error("`{path}` is {what}")]
    NoFile { path: String, what: &'static str },
    #[error("`{path}` cannot be read: {why}")]
    Unreadable { path: String, why: String },
}

/// A file, from where it is to be read on.
pub(in crate::agent) struct Content {
    pub file: File,
    /// Of the file as a whole, in bytes.
    pub size: u64,
}

/// What the path names, and if that is a folder, what is in it, by name.
pub(in crate::agent) fn list(sandbox: &Path, path: &str) -> Result<FileListing, NoFiles> {
    let (opened, stat) = open(sandbox, path)?;
    let entry = entry(name_of(path), &stat, None);
    let (mut entries, mut truncated) = (Vec::new(), false);
    if entry.kind == FileKind::Folder {
        (entries, truncated) = read_folder(&opened).map_err(|err| unreadable(path, err))?;
    }
    Ok(FileListing { path: path.to_owned(), entry, entries, truncated })
}

/// The file at the path, from `offset` on.
pub(in crate::agent) fn content(sandbox: &Path, path: &str, offset: u64) -> Result<Content, NoFiles> {
    let (opened, stat) = open(sandbox, path)?;
    if kind(&stat) == FileKind::Folder {
        return Err(NoFiles::NoFile { path: path.to_owned(), what: "a folder" });
    }
    let mut file = File::from(opened);
    let sought = file.seek(SeekFrom::Start(offset));
    sought.map_err(|err| NoFiles::Unreadable { path: path.to_owned(), why: err.to_string() })?;
    Ok(Content { file, size: size(&stat) })
}

/// A file or a folder; anything else is not even touched, since opening it may wait for ever, or do something.
fn open(sandbox: &Path, path: &str) -> Result<(OwnedFd, FileStat), NoFiles> {
    let everything = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let root = nix::fcntl::open(sandbox, everything, nix::sys::stat::Mode::empty()).map_err(|err| match err {
        Errno::ENOENT => NoFiles::NoSandbox,
        err => unreadable(path, err),
    })?;
    let seen = resolve(&root, path, OFlag::O_PATH)?;
    plain(path, &seen)?;
    // What it names may have changed meanwhile: it is looked at again, and a pipe does not block.
    let opened = resolve(&root, path, OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY)?;
    let stat = plain(path, &opened)?;
    Ok((opened, stat))
}

fn plain(path: &str, opened: &OwnedFd) -> Result<FileStat, NoFiles> {
    let stat = fstat(opened).map_err(|err| unreadable(path, err))?;
    match kind(&stat) {
        FileKind::File | FileKind::Folder => Ok(stat),
        FileKind::Link | FileKind::Other => {
            Err(NoFiles::NoFile { path: path.to_owned(), what: "neither a file nor a folder" })
        }
    }
}

fn resolve(root: &OwnedFd, path: &str, flags: OFlag) -> Result<OwnedFd, NoFiles> {
    let how = OpenHow::new()
        .flags(flags | OFlag::O_CLOEXEC)
        .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_MAGICLINKS);
    let below = match path.trim_start_matches('/') {
        "" => ".",
        below => below,
    };
    let mut attempts = std::iter::repeat_with(|| openat2(root, below, how)).take(ATTEMPTS);
    let last = attempts.find(|opened| !matches!(opened, Err(Errno::EAGAIN))).unwrap_or(Err(Errno::EAGAIN));
    last.map_err(|err| match err {
        Errno::EXDEV | Errno::ELOOP => NoFiles::Outside(path.to_owned()),
        Errno::ENOENT | Errno::ENOTDIR => NoFiles::Missing(path.to_owned()),
        err => unreadable(path, err),
    })
}

fn unreadable(path: &str, err: Errno) -> NoFiles {
    NoFiles::Unreadable { path: path.to_owned(), why: err.desc().to_owned() }
}

fn read_folder(folder: &OwnedFd) -> Result<(Vec<FileEntry>, bool), Errno> {
    let names = folder.try_clone().map_err(|err| Errno::from_raw(err.raw_os_error().unwrap_or_default()))?;
    let mut entries = Vec::new();
    for one in Dir::from_fd(names)?.iter() {
        let one = one?;
        let name = one.file_name();
        if [&b"."[..], b".."].contains(&name.to_bytes()) {
            continue;
        }
        if entries.len() == ENTRIES_MAX {
            entries.sort_by(|a: &FileEntry, b| a.name.cmp(&b.name));
            return Ok((entries, true));
        }
        // It may be gone already.
        let Ok(stat) = fstatat(folder.as_fd(), name, AtFlags::AT_SYMLINK_NOFOLLOW) else { continue };
        let target = match kind(&stat) {
            FileKind::Link => readlinkat(folder.as_fd(), name).ok().map(|target| target.to_string_lossy().into_owned()),
            FileKind::File | FileKind::Folder | FileKind::Other => None,
        };
        entries.push(entry(name.to_string_lossy().into_owned(), &stat, target));
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((entries, false))
}

fn entry(name: String, stat: &FileStat, target: Option<String>) -> FileEntry {
    let modified = u64::try_from(stat.st_mtime).unwrap_or_default().saturating_mul(1000)
        + u64::try_from(stat.st_mtime_nsec).unwrap_or_default() / 1_000_000;
    let mode = format!("{:04o}", stat.st_mode & 0o7777);
    FileEntry { name, kind: kind(stat), size: size(stat), mode, modified: Timestamp(modified), target }
}

fn size(stat: &FileStat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or_default()
}

fn kind(stat: &FileStat) -> FileKind {
    match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => FileKind::File,
        SFlag::S_IFDIR => FileKind::Folder,
        SFlag::S_IFLNK => FileKind::Link,
        _ => FileKind::Other,
    }
}

fn name_of(path: &str) -> String {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
