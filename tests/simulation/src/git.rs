//! The deploy branch. It is as durable as the store, and apart from it.

use ship_core::cluster::{Commit, Revert};
use ship_core::model::{AppId, CommitId, DeploymentId, Wanted};
use std::collections::BTreeSet;

#[derive(Default)]
pub(crate) struct Git {
    commits: Vec<(Commit, Wanted)>,
    /// Changes that somebody is about to take back.
    pub(crate) reverting: BTreeSet<AppId>,
}

impl Git {
    pub(crate) fn head(&self) -> Option<&(Commit, Wanted)> {
        self.commits.last()
    }

    pub(crate) fn wanted(&self) -> Wanted {
        self.head().map(|(_, wanted)| wanted.clone()).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.commits.len()
    }

    pub(crate) fn wanted_at(&self, index: usize) -> Wanted {
        self.commits[index].1.clone()
    }

    pub(crate) fn push(&mut self, wanted: Wanted, subject: String, reverts: Option<DeploymentId>) {
        let id = CommitId::new(format!("c{:04}", self.commits.len() + 1));
        let commit = Commit { id, author: "Ship <ship@example.org>".to_owned(), subject, reverts, version: None };
        self.commits.push((commit, wanted));
    }

    /// The newest commit with one app as it was; `None` if that changes nothing.
    pub(crate) fn taken_back(&self, revert: &Revert) -> Option<Wanted> {
        let head = self.wanted();
        let at = |id: &CommitId| self.commits.iter().find(|(commit, _)| commit.id == *id).map(|(_, wanted)| wanted);
        let good = revert.to.as_ref().and_then(at).and_then(|wanted| wanted.apps.get(&revert.app));
        let apps = match good {
            Some(spec) => head.apps.update(revert.app.clone(), spec.clone()),
            None => head.apps.without(&revert.app),
        };
        (apps != head.apps).then_some(Wanted { apps, ..head })
    }
}
