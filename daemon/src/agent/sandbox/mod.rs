//! Tasks' sandboxes: a folder for each below the agent's data folder, which goes when the task's container does.

mod files;
mod life;

pub(super) use files::{Content, NoFiles, content, list};
pub(super) use life::{remove, start, sweep};

use ship_core::model::TaskId;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

/// Below the data folder.
const FOLDER: &str = "sandboxes";

/// The agent alone: what tasks write is nobody else's business.
const ROOT_MODE: u32 = 0o700;

/// As `/tmp`: which user a container runs as is its image's business.
const MODE: u32 = 0o1777;

#[derive(Debug, Clone)]
pub(super) struct Sandboxes {
    root: PathBuf,
}

impl Sandboxes {
    pub(super) fn below(data: &Path) -> Self {
        Self { root: std::path::absolute(data).unwrap_or_else(|_| data.to_owned()).join(FOLDER) }
    }

    /// The task's own, made if it is missing.
    pub(super) async fn make(&self, task: &TaskId) -> io::Result<PathBuf> {
        let folder = self.of(task)?;
        tokio::fs::create_dir_all(&self.root).await?;
        tokio::fs::set_permissions(&self.root, Permissions::from_mode(ROOT_MODE)).await?;
        match tokio::fs::create_dir(&folder).await {
            Err(err) if err.kind() != io::ErrorKind::AlreadyExists => return Err(err),
            Ok(()) | Err(_) => {}
        }
        tokio::fs::set_permissions(&folder, Permissions::from_mode(MODE)).await?;
        Ok(folder)
    }

    /// With all that is in it. Nothing to remove is fine.
    pub(super) async fn remove(&self, task: &TaskId) -> io::Result<()> {
        match tokio::fs::remove_dir_all(self.of(task)?).await {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Tasks that have one.
    pub(super) async fn tasks(&self) -> Vec<TaskId> {
        let Ok(mut folders) = tokio::fs::read_dir(&self.root).await else { return Vec::new() };
        let mut tasks = Vec::new();
        while let Ok(Some(folder)) = folders.next_entry().await {
            tasks.extend(folder.file_name().to_str().map(TaskId::new));
        }
        tasks
    }

    /// An id comes from the master: it must name a folder in ours all the same.
    pub(super) fn of(&self, task: &TaskId) -> io::Result<PathBuf> {
        let mut parts = Path::new(task.as_str()).components();
        match (parts.next(), parts.next()) {
            (Some(Component::Normal(name)), None) => Ok(self.root.join(name)),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "the task's id is no name for a folder")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sandbox_is_made_once_and_removed_with_all_that_is_in_it() {
        let data = tempfile::tempdir().expect("a folder");
        let (sandboxes, task) = (Sandboxes::below(data.path()), TaskId::new("web.instance-1"));
        let folder = sandboxes.make(&task).await.expect("made");
        std::fs::create_dir(folder.join("sub")).expect("writable");
        assert_eq!(sandboxes.make(&task).await.expect("there"), folder);
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o7777;
        assert_eq!((mode(&folder), mode(folder.parent().expect("the root"))), (0o1777, 0o700));
        assert_eq!(sandboxes.tasks().await, std::slice::from_ref(&task));
        for _ in 0..2 {
            sandboxes.remove(&task).await.expect("removed");
        }
        assert_eq!(sandboxes.tasks().await, []);
    }

    #[tokio::test]
    async fn an_id_that_is_no_name_gets_no_folder() {
        let data = tempfile::tempdir().expect("a folder");
        let sandboxes = Sandboxes::below(&data.path().join("agent"));
        for odd in ["..", ".", "", "a/b", "../x", "/etc"] {
            assert!(sandboxes.make(&TaskId::new(odd)).await.is_err(), "{odd}");
            assert!(sandboxes.remove(&TaskId::new(odd)).await.is_err(), "{odd}");
        }
    }
}
