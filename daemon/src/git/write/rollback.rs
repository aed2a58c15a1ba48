//! Apps as they were at an earlier commit.

use super::author::By;
use super::message::with_version;
use super::restore::{Files, Restore, content};
use super::{Tip, Wish, WriteError};
use crate::git::branch::{COMMITS_MAX, commit_id, first_parents};
use git2::Oid;
use ship_core::model::AppId;
use ship_core::protocol::Rollback;

impl Wish for Rollback {
    fn by_hand(&self) -> String {
        "revert the commit".to_owned()
    }

    fn may_prune(&self) -> bool {
        self.prune
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let to = match (&self.to, &self.app) {
            (Some(name), _) => ancestor(at, name)?,
            (None, Some(app)) => before_last_change(at, app)?,
            (None, None) => return Err(WriteError::NoTarget),
        };
        let mut files = Files::new(at);
        let short = commit_id(to).short().to_owned();
        let message = match &self.app {
            Some(app) => {
                files.restore(Restore { app, to: Some(to) })?;
                format!("roll back {app} to {short}")
            }
            None => {
                files.restore_all(to)?;
                format!("roll back to {short}")
            }
        };
        files.draft(&By::asked(self.author.as_deref())?, &with_version(&message, at.version))
    }
}

/// The commit of this name, which must be part of the branch's history.
fn ancestor(at: &Tip<'_>, name: &str) -> Result<Oid, WriteError> {
    let found = at.repo.revparse_single(name).and_then(|object| object.peel_to_commit());
    let commit = found.map_err(|_| WriteError::NoCommit { name: name.to_owned() })?;
    match commit.id() == at.id || at.repo.graph_descendant_of(at.id, commit.id())? {
        true => Ok(commit.id()),
        false => Err(WriteError::NotInHistory { name: name.to_owned() }),
    }
}

/// The newest commit at which the app's file had another content than now.
fn before_last_change(at: &Tip<'_>, app: &AppId) -> Result<Oid, WriteError> {
    let mut tree = at.reading.tree.clone();
    let now = content(at.repo, at.id, tree.file_of(app));
    for commit in first_parents(at.repo, at.id)?.take(COMMITS_MAX) {
        let commit = commit?;
        tree = tree.update(at.repo, commit)?;
        let then = content(at.repo, commit, tree.file_of(app));
        match (now, then) {
            (now, then) if now == then => {}
            (_, Some(_)) => return Ok(commit),
            (_, None) => return Err(WriteError::NothingBefore { app: app.clone() }),
        }
    }
    match now {
        Some(_) => Err(WriteError::NothingBefore { app: app.clone() }),
        None => Err(WriteError::NoApp { app: app.clone() }),
    }
}
