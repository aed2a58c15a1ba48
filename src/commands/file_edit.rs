//! The one change that a verb makes to an app's file, and its undoing.

use super::Refusal;
use ship_repo::edit::EditError;
use std::path::{Path, PathBuf};

/// An app's file with one value changed, not yet written.
pub(super) struct FileEdit {
    /// From the root of the repository.
    pub(super) file: String,
    path: PathBuf,
    before: String,
    after: String,
}

impl FileEdit {
    pub(super) fn of(
        root: &Path,
        file: String,
        edit: impl FnOnce(&str) -> Result<String, EditError>,
    ) -> Result<Self, Refusal> {
        let path = root.join(&file);
        let before = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(Refusal::File { file, source }),
        };
        match edit(&before) {
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
