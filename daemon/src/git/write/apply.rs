//! A commit that the repository has already becomes the tip, as a push of it would make it: for those who review a
//! branch and its plan, and then want exactly that.

use super::{Tip, Wish, WriteError};
use git2::Oid;
use ship_core::protocol::Apply;

impl Wish for Apply {
    fn by_hand(&self) -> String {
        format!("merge {}", self.commit)
    }

    fn may_prune(&self) -> bool {
        self.prune
    }

    fn promise(&self) -> Option<&str> {
        self.plan.as_deref()
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let found = at.repo.revparse_single(&self.commit).and_then(|object| object.peel_to_commit());
        let commit = found.map_err(|_| WriteError::NoCommit { name: self.commit.clone() })?;
        Ok(Some(commit.id()).filter(|id| *id != at.id))
    }
}
