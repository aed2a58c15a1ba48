//! The apps of the commits at hand, kept in memory so that a push costs what it changes: a new commit is
//! read from what differs from the one that the branch is at.

use git2::{Oid, Repository};
use ship_repo::{RepoError, Tree};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Pushes between their check and their hand-over; more at a time are read twice.
const CHECKED_MAX: usize = 8;

/// One commit and all that it says about apps, right or wrong.
pub(super) struct Reading {
    pub(super) commit: Oid,
    pub(super) tree: Tree,
}

/// The readings worth keeping.
#[derive(Default)]
pub(super) struct Readings {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Where the branch is. Only this one is built upon: the objects of a refused push vanish.
    tip: Option<Arc<Reading>>,
    checked: VecDeque<Arc<Reading>>,
}

impl Readings {
    /// Reads a commit that may yet be refused.
    pub(super) fn check(&self, repo: &Repository, commit: Oid) -> Result<Arc<Reading>, RepoError> {
        let reading = self.of(repo, commit)?;
        self.with(|kept| {
            kept.checked.retain(|known| known.commit != commit);
            kept.checked.push_front(reading.clone());
            kept.checked.truncate(CHECKED_MAX);
        });
        Ok(reading)
    }

    /// Reads the commit that the branch is at, from now on the one to build upon.
    pub(super) fn tip(&self, repo: &Repository, commit: Oid) -> Result<Arc<Reading>, RepoError> {
        let reading = self.of(repo, commit)?;
        self.with(|kept| {
            kept.checked.retain(|known| known.commit != commit);
            kept.tip = Some(reading.clone());
        });
        Ok(reading)
    }

    /// Whether this commit is the one to build upon.
    pub(super) fn is_tip(&self, commit: Oid) -> bool {
        self.with(|kept| kept.tip.as_ref().is_some_and(|tip| tip.commit == commit))
    }

    fn of(&self, repo: &Repository, commit: Oid) -> Result<Arc<Reading>, RepoError> {
        let (known, tip) = self.with(|kept| {
            let mut all = kept.tip.iter().chain(&kept.checked);
            (all.find(|known| known.commit == commit).cloned(), kept.tip.clone())
        });
        if let Some(known) = known {
            return Ok(known);
        }
        let tree = match tip.map(|tip| tip.tree.update(repo, commit)) {
            Some(Ok(tree)) => tree,
            // The old tip may be gone from the repository, after a rewrite by hand and a `git gc`.
            Some(Err(_)) | None => Tree::of_commit(repo, commit)?,
        };
        Ok(Arc::new(Reading { commit, tree }))
    }

    fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        // Each change is a single step: what a panic left behind is still whole.
        look(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
