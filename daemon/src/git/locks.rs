//! Lock files that nobody holds any more. Git puts one beside a file while it writes it; who is killed in between leaves it
//! there, and from then on nobody could write that file: no push and no change would be taken ever again.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// What is locked here is written within milliseconds.
const HELD_AT_MOST: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until nobody holds the lock of a file, and removes one that is older than anybody would. Blocks. For who alone
/// may write the file.
pub(super) fn free(file: &Path) {
    let mut lock = file.as_os_str().to_owned();
    lock.push(".lock");
    let lock = Path::new(&lock);
    while let Ok(modified) = lock.symlink_metadata().and_then(|data| data.modified()) {
        // One from the future is from before the clock was set back.
        if modified.elapsed().map_or(true, |age| age >= HELD_AT_MOST) {
            return remove(lock);
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn remove(lock: &Path) {
    match fs::remove_file(lock) {
        Ok(()) => tracing::warn!(path = %lock.display(), "removed a lock that somebody left who was killed"),
        Err(err) if err.kind() == ErrorKind::NotFound => {}
        Err(err) => tracing::warn!(%err, path = %lock.display(), "cannot remove an abandoned lock"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::SystemTime;

    fn locked_since(modified: SystemTime) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("main");
        File::create(folder.path().join("main.lock")).and_then(|lock| lock.set_modified(modified)).expect("a lock");
        (folder, file)
    }

    #[test]
    fn what_nobody_holds_is_removed() {
        let now = SystemTime::now();
        for modified in [now - Duration::from_secs(60), now + Duration::from_secs(3600)] {
            let (folder, file) = locked_since(modified);
            free(&file);
            assert!(!folder.path().join("main.lock").exists());
        }
    }

    #[test]
    fn what_somebody_holds_is_waited_for() {
        let (folder, file) = locked_since(SystemTime::now());
        let lock = folder.path().join("main.lock");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| free(&file));
            assert!(lock.exists());
            fs::rename(&lock, &file).expect("whoever holds it is done");
            waiting.join().expect("nothing to do");
        });
        assert!(file.exists());
    }
}
