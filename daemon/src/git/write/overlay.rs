//! The files of a commit that is being made: those of the tip, but for what was changed so far.

use super::author::By;
use super::{Tip, WriteError};
use git2::FileMode;
use git2::Oid;
use git2::build::TreeUpdateBuilder;
use ship_core::model::{AppId, Kind};
use ship_repo::kind_of;
use std::collections::BTreeMap;

pub(super) struct Overlay<'a, 'r> {
    pub(super) at: &'a Tip<'r>,
    /// By path; `None` = it goes.
    changed: BTreeMap<String, Option<String>>,
    /// Where apps are that the tip does not have there.
    places: BTreeMap<AppId, Option<String>>,
}

impl<'a, 'r> Overlay<'a, 'r> {
    pub(super) fn new(at: &'a Tip<'r>) -> Self {
        Self { at, changed: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// The file that defines an app.
    pub(super) fn path_of(&self, app: &AppId) -> Option<String> {
        match self.places.get(app) {
            Some(place) => place.clone(),
            None => self.at.reading.tree.file_of(app).map(str::to_owned),
        }
    }

    /// The text of a file that there is, which must define one of this kind.
    pub(super) fn text_of_kind(&self, path: &str, (app, kind): (&AppId, Kind)) -> Result<String, WriteError> {
        let text = self.text(path)?.unwrap_or_default();
        let there = kind_of(&text);
        match there == kind {
            true => Ok(text),
            false => Err(WriteError::OtherKind { app: app.clone(), kind: there }),
        }
    }

    /// Where the file of an app is expected that has none.
    pub(super) fn place_for(&self, app: &AppId) -> Result<String, WriteError> {
        let path = self.below_apps(&format!("{}.json", app.as_str().trim_start_matches('/')));
        match self.text(&path)? {
            None => Ok(path),
            Some(_) => Err(WriteError::Taken { app: app.clone(), path }),
        }
    }

    /// A path below the apps folder, from the root of the repository.
    pub(super) fn below_apps(&self, inner: &str) -> String {
        match self.at.reading.tree.settings().apps_path() {
            folder if folder.is_empty() => inner.to_owned(),
            folder => format!("{folder}/{inner}"),
        }
    }

    /// The file as it is to be so far; `None` if there is none.
    pub(super) fn text(&self, path: &str) -> Result<Option<String>, WriteError> {
        match self.changed.get(path) {
            Some(text) => Ok(text.clone()),
            None => text_at(self.at, self.at.id, path),
        }
    }

    /// Sets the file of an app.
    pub(super) fn set_app(&mut self, app: &AppId, path: String, text: String) {
        self.places.insert(app.clone(), Some(path.clone()));
        self.set(path, text);
    }

    pub(super) fn set(&mut self, path: String, text: String) {
        self.changed.insert(path, Some(text));
    }

    /// Removes the file of an app.
    pub(super) fn remove_app(&mut self, app: &AppId, path: String) {
        self.places.insert(app.clone(), None);
        self.remove(path);
    }

    pub(super) fn remove(&mut self, path: String) {
        self.changed.insert(path, None);
    }

    /// The commit with these files; `None` if they are so at the tip.
    pub(super) fn draft(self, by: &By, message: &str) -> Result<Option<Oid>, WriteError> {
        let repo = self.at.repo;
        let tip = repo.find_commit(self.at.id)?;
        let before = tip.tree()?;
        let mut builder = TreeUpdateBuilder::new();
        for (path, text) in &self.changed {
            let known = before.get_path(path.as_ref()).ok().map(|entry| entry.filemode());
            match (text, known) {
                (Some(text), known) => {
                    let executable = known == Some(i32::from(FileMode::BlobExecutable));
                    let mode = if executable { FileMode::BlobExecutable } else { FileMode::Blob };
                    builder.upsert(path.as_str(), repo.blob(text.as_bytes())?, mode);
                }
                (None, Some(_)) => drop(builder.remove(path.as_str())),
                (None, None) => {}
            }
        }
        let tree = builder.create_updated(repo, &before)?;
        if tree == before.id() {
            return Ok(None);
        }
        let tree = repo.find_tree(tree)?;
        Ok(Some(repo.commit(None, &by.author, &by.committer, message, &tree, &[&tip])?))
    }
}

/// A file of a commit; `None` if it has none there.
pub(super) fn text_at(at: &Tip<'_>, commit: Oid, path: &str) -> Result<Option<String>, WriteError> {
    let Ok(entry) = at.repo.find_commit(commit)?.tree()?.get_path(path.as_ref()) else { return Ok(None) };
    let blob = at.repo.find_blob(entry.id())?;
    match String::from_utf8(blob.content().to_vec()) {
        Ok(text) => Ok(Some(text)),
        Err(err) => Err(WriteError::Text { path: path.to_owned(), reason: err.to_string() }),
    }
}
