//! Unix socket paths of any length. The kernel takes 107 bytes, a data directory may be deeper: the
//! folder is opened and the socket named through that open folder.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// A short name for `socket`, good as long as the value lives.
pub(super) struct ShortName {
    _folder: File,
    pub(super) path: PathBuf,
}

impl ShortName {
    pub(super) fn of(socket: &Path) -> io::Result<Self> {
        let name = socket.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let folder = match socket.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?,
            Some(_) | None => File::open(".")?,
        };
        let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
        Ok(Self { _folder: folder, path })
    }
}
