//! What the branch asked for, commit by commit into the past.

use super::branch::{COMMITS_MAX, first_parents};
use super::desired::Desired;
use super::write::WriteError;
use git2::{Oid, Repository, Revwalk};
use imbl::ordmap::DiffItem;
use ship_core::model::{AppId, Wanted};
use ship_repo::Tree;

/// The newest first. A merge is one commit, with all that it brought. A commit with mistakes was never deployed, and is
/// passed over: what it changed belongs to the one that mends it.
pub(super) struct States<'r> {
    repo: &'r Repository,
    walk: Revwalk<'r>,
    /// So many more commits are looked at.
    left: usize,
    tree: Tree,
}

impl<'r> States<'r> {
    /// `None` while the branch has no commit.
    pub(super) fn of(desired: &Desired, repo: &'r Repository) -> Result<Option<Self>, WriteError> {
        let Some(tip) = desired.branch.tip(repo)? else { return Ok(None) };
        let tree = desired.readings.tip(repo, tip)?.tree.clone();
        Ok(Some(Self { repo, walk: first_parents(repo, tip)?, left: COMMITS_MAX, tree }))
    }

    /// Each commit with what it changed; the first of the branch changed all that it asks for.
    pub(super) fn changes(mut self) -> impl Iterator<Item = Result<(Oid, Difference), WriteError>> {
        let mut later: Option<(Oid, Wanted)> = None;
        let mut begun = false;
        std::iter::from_fn(move || {
            if !begun {
                begun = true;
                match self.next()? {
                    Ok(newest) => later = Some(newest),
                    Err(err) => return Some(Err(err)),
                }
            }
            let (id, after) = later.take()?;
            let before = match self.next() {
                Some(Ok((earlier, before))) => {
                    later = Some((earlier, before.clone()));
                    before
                }
                Some(Err(err)) => return Some(Err(err)),
                // What was before the last one looked at is not known.
                None if self.left == 0 => return None,
                None => Wanted::default(),
            };
            Some(Ok((id, Difference { before, after })))
        })
    }

    fn read(&mut self, commit: Result<Oid, git2::Error>) -> Result<(Oid, Option<Wanted>), WriteError> {
        let commit = commit?;
        self.tree = self.tree.update(self.repo, commit)?;
        Ok((commit, self.tree.wanted()))
    }
}

impl Iterator for States<'_> {
    type Item = Result<(Oid, Wanted), WriteError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.left > 0 {
            let commit = self.walk.next()?;
            self.left -= 1;
            match self.read(commit) {
                Ok((commit, Some(wanted))) => return Some(Ok((commit, wanted))),
                Ok((_, None)) => {}
                Err(err) => return Some(Err(err)),
            }
        }
        None
    }
}

/// What was wanted before a commit, and after it.
pub(super) struct Difference {
    pub(super) before: Wanted,
    pub(super) after: Wanted,
}

impl Difference {
    /// By id; those that came or went included.
    pub(super) fn apps(&self) -> impl Iterator<Item = AppId> + '_ {
        self.before.apps.diff(&self.after.apps).map(|item| match item {
            DiffItem::Add(app, _) | DiffItem::Remove(app, _) | DiffItem::Update { new: (app, _), .. } => {
                AppId::clone(app)
            }
        })
    }
}
