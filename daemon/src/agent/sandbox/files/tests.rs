//! Sandboxes in which a task tried what it could.

use super::*;
use nix::sys::stat::Mode;
use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use tempfile::TempDir;

/// A sandbox beside a secret, with links to it.
fn sandbox() -> (TempDir, PathBuf) {
    let data = tempfile::tempdir().expect("a folder");
    let sandbox = data.path().join("sandbox");
    fs::create_dir_all(sandbox.join("logs/old")).expect("made");
    fs::write(data.path().join("secret"), "hunter2").expect("written");
    fs::write(sandbox.join("logs/out.txt"), "0123456789").expect("written");
    symlink("../secret", sandbox.join("up")).expect("made");
    symlink(data.path().join("secret"), sandbox.join("absolute")).expect("made");
    symlink("/proc/self/root", sandbox.join("magic")).expect("made");
    symlink("..", sandbox.join("parent")).expect("made");
    symlink("round", sandbox.join("round")).expect("made");
    symlink("logs/out.txt", sandbox.join("inside")).expect("made");
    nix::unistd::mkfifo(&sandbox.join("pipe"), Mode::S_IRWXU).expect("made");
    (data, sandbox)
}

fn read(sandbox: &Path, path: &str, offset: u64) -> Result<String, NoFiles> {
    let mut text = String::new();
    content(sandbox, path, offset)?.file.read_to_string(&mut text).expect("readable");
    Ok(text)
}

#[test]
fn a_folder_is_listed_by_name() {
    let (_data, sandbox) = sandbox();
    let listing = list(&sandbox, "/").expect("a folder");
    let names: Vec<_> = listing.entries.iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
    let link = |name| (name, FileKind::Link);
    let links = ["absolute", "inside"].map(link);
    assert_eq!(names[..2], links);
    assert_eq!(names[2], ("logs", FileKind::Folder));
    assert_eq!(names[5], ("pipe", FileKind::Other));
    assert_eq!(listing.entries[1].target.as_deref(), Some("logs/out.txt"));
    assert_eq!((listing.entry.kind, listing.truncated), (FileKind::Folder, false));

    let logs = list(&sandbox, "logs/").expect("a folder");
    assert_eq!((logs.entry.name.as_str(), logs.entries[1].size), ("logs", 10));
    let file = list(&sandbox, "/logs/out.txt").expect("a file");
    assert_eq!((file.entry.kind, file.entry.size, file.entries.len()), (FileKind::File, 10, 0));
}

#[test]
fn no_path_leads_out() {
    let (_data, sandbox) = sandbox();
    for path in [
        "..",
        "../secret",
        "/../secret",
        "logs/../../secret",
        "up",
        "absolute",
        "magic/etc/passwd",
        "parent/secret",
        "round",
    ] {
        assert_eq!(read(&sandbox, path, 0), Err(NoFiles::Outside(path.to_owned())), "{path}");
        assert_eq!(list(&sandbox, path).err(), Some(NoFiles::Outside(path.to_owned())), "{path}");
    }
    assert_eq!(read(&sandbox, "inside", 0).as_deref(), Ok("0123456789"));
    assert_eq!(read(&sandbox, "logs/../inside", 0).as_deref(), Ok("0123456789"));
}

#[test]
fn a_file_is_read_from_any_place() {
    let (_data, sandbox) = sandbox();
    assert_eq!(read(&sandbox, "logs/out.txt", 7).as_deref(), Ok("789"));
    assert_eq!(read(&sandbox, "logs/out.txt", 700).as_deref(), Ok(""));
}

#[test]
fn what_is_no_file_is_told_and_not_waited_for() {
    let (data, sandbox) = sandbox();
    let no_file = |path: &str, what| Err(NoFiles::NoFile { path: path.to_owned(), what });
    assert_eq!(read(&sandbox, "pipe", 0), no_file("pipe", "neither a file nor a folder"));
    assert_eq!(read(&sandbox, "logs", 0), no_file("logs", "a folder"));
    for path in ["none", "logs/out.txt/more", "none/none"] {
        assert_eq!(read(&sandbox, path, 0), Err(NoFiles::Missing(path.to_owned())), "{path}");
    }
    assert!(matches!(read(&sandbox, &"x".repeat(5000), 0), Err(NoFiles::Unreadable { .. })));
    assert!(matches!(read(&sandbox, "a\0b", 0), Err(NoFiles::Unreadable { .. })));
    assert_eq!(read(&data.path().join("none"), "/", 0), Err(NoFiles::NoSandbox));
}
