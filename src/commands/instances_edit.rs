//! The one change that `scale` makes to a file, and its undoing.

use super::Refusal;
use ship_repo::edit::set_instances;
use std::path::{Path, PathBuf};

/// An app's file with another number in it, not yet written.
pub(super) struct InstancesEdit {
    /// From the root of the repository.
    pub(super) file: String,
    path: PathBuf,
    before: String,
    after: String,
}

impl InstancesEdit {
    pub(super) fn of(root: &Path, file: String, instances: u32) -> Result<Self, Refusal> {
        let path = root.join(&file);
        let before = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(Refusal::File { file, source }),
        };
        match set_instances(&before, instances) {
            Ok(after) => Ok(Self { file, path, before, after }),
            Err(source) => Err(Refusal::Edit { file, source }),
        }
    }

    pub(super) fn changes_nothing(&self) -> bool {
        self.before == self.after
    }

    pub(super) fn write(&self) -> Result<(), Refusal> {
        self.put(&self.after)
    }

    pub(super) fn undo(&self) -> Result<(), Refusal> {
        self.put(&self.before)
    }

    fn put(&self, text: &str) -> Result<(), Refusal> {
        std::fs::write(&self.path, text).map_err(|source| Refusal::File { file: self.file.clone(), source })
    }
}
