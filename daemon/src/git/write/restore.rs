//! App files as they were at an earlier commit, on top of the tip.

use super::author::By;
use super::{Tip, WriteError};
use crate::git::branch::commit_id;
use git2::build::TreeUpdateBuilder;
use git2::{Delta, DiffOptions, FileMode, Oid, Repository};
use ship_core::model::AppId;
use ship_repo::Tree;

/// The file of one app.
pub(super) struct Restore<'a> {
    pub(super) app: &'a AppId,
    /// As it was at this commit; `None` = it goes.
    pub(super) to: Option<Oid>,
}

/// Files that change, collected one by one.
pub(super) struct Files<'a, 'r> {
    at: &'a Tip<'r>,
    tree: TreeUpdateBuilder,
}

impl<'a, 'r> Files<'a, 'r> {
    pub(super) fn new(at: &'a Tip<'r>) -> Self {
        Self { at, tree: TreeUpdateBuilder::new() }
    }

    /// Where the app's file moved since, it moves back, unless its old place is taken.
    pub(super) fn restore(&mut self, Restore { app, to }: Restore<'_>) -> Result<(), WriteError> {
        let here = self.at.reading.tree.file_of(app).map(str::to_owned);
        let Some(to) = to else {
            if let Some(path) = here {
                self.tree.remove(path);
            }
            return Ok(());
        };
        let then = self.tree_of(to)?;
        self.in_the_same_folder(&then)?;
        let path = then.file_of(app).ok_or_else(|| WriteError::NotThen { app: app.clone(), commit: commit_id(to) })?;
        let place = match &here {
            // In another folder the same text may mean another app: its id and its dependencies are relative.
            Some(here) if here != path && self.is_taken(path)? && folder(here) == folder(path) => here.as_str(),
            Some(here) if here != path && self.is_taken(path)? => {
                return Err(WriteError::Taken { app: app.clone(), path: path.to_owned() });
            }
            Some(here) if here != path => {
                self.tree.remove(here);
                path
            }
            Some(_) => path,
            None if self.is_taken(path)? => {
                return Err(WriteError::Taken { app: app.clone(), path: path.to_owned() });
            }
            None => path,
        };
        let entry = self.at.repo.find_commit(to)?.tree()?.get_path(path.as_ref())?;
        self.tree.upsert(place, entry.id(), mode(entry.filemode()));
        Ok(())
    }

    /// All files of apps and groups.
    pub(super) fn restore_all(&mut self, to: Oid) -> Result<(), WriteError> {
        self.in_the_same_folder(&self.tree_of(to)?)?;
        let tree = |commit| self.at.repo.find_commit(commit).and_then(|commit| commit.tree());
        let folder = self.at.reading.tree.settings().apps_path();
        let mut options = DiffOptions::new();
        if !folder.is_empty() {
            options.pathspec(&folder).disable_pathspec_match(true);
        }
        let diff = self.at.repo.diff_tree_to_tree(Some(&tree(self.at.id)?), Some(&tree(to)?), Some(&mut options))?;
        for delta in diff.deltas() {
            let file = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let Some(path) = file.path_bytes().filter(|path| path.ends_with(b".json")) else { continue };
            match delta.status() {
                Delta::Deleted => self.tree.remove(path),
                _ => self.tree.upsert(path, file.id(), file.mode()),
            };
        }
        Ok(())
    }

    /// The commit with these files; `None` if they are so at the tip.
    pub(super) fn draft(mut self, by: &By, message: &str) -> Result<Option<Oid>, WriteError> {
        let repo = self.at.repo;
        let tip = repo.find_commit(self.at.id)?;
        let before = tip.tree()?;
        let tree = self.tree.create_updated(repo, &before)?;
        if tree == before.id() {
            return Ok(None);
        }
        let tree = repo.find_tree(tree)?;
        Ok(Some(repo.commit(None, &by.author, &by.committer, message, &tree, &[&tip])?))
    }

    /// Files of another apps folder are no app files now.
    fn in_the_same_folder(&self, then: &Tree) -> Result<(), WriteError> {
        let (then, now) = (then.settings().apps_path(), self.at.reading.tree.settings().apps_path());
        if then == now { Ok(()) } else { Err(WriteError::OtherFolder { then, now }) }
    }

    fn tree_of(&self, commit: Oid) -> Result<Tree, WriteError> {
        Ok(self.at.reading.tree.update(self.at.repo, commit)?)
    }

    /// Whether there is something else in this place now.
    fn is_taken(&self, path: &str) -> Result<bool, WriteError> {
        Ok(self.at.repo.find_commit(self.at.id)?.tree()?.get_path(path.as_ref()).is_ok())
    }
}

/// What stands before the last `/`.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn mode(mode: i32) -> FileMode {
    match mode == i32::from(FileMode::BlobExecutable) {
        true => FileMode::BlobExecutable,
        false => FileMode::Blob,
    }
}

/// The object that the file is; `None` if there is no such file.
pub(super) fn content(repo: &Repository, commit: Oid, path: Option<&str>) -> Option<Oid> {
    let tree = repo.find_commit(commit).and_then(|commit| commit.tree()).ok()?;
    tree.get_path(path?.as_ref()).ok().map(|entry| entry.id())
}
