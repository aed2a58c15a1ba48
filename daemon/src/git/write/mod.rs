//! Changes of the desired state that somebody asks the daemon for, each a commit: drafted on top of the tip,
//! passed through the same gate as a push, and only then made the tip. A file for each kind of wish.

mod author;
mod edit;
mod error;
mod restart;
mod restore;
mod rollback;
mod scale;
mod take_back;

pub use error::WriteError;
pub(super) use take_back::TakeBack;

use super::branch::commit_id;
use super::desired::Desired;
use super::push::{Reason, Refusal, check_own};
use super::reading::Reading;
use git2::{Oid, Repository};
use ship_core::model::CommitId;
use ship_repo::commit::{CommitError, advance};
use std::sync::Arc;

/// Moves of the branch by hand that may overtake before we give up; pushes wait for their turn.
const ATTEMPTS: usize = 5;

/// One thing to be committed.
pub(super) trait Wish: Send + 'static {
    /// Where the commit is to be made by hand, what is to be done there.
    fn by_hand(&self) -> String;

    /// Whether it may delete most apps.
    fn may_prune(&self) -> bool {
        false
    }

    /// The commit on top of the tip, in no branch yet; `None` if all is so already.
    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError>;
}

/// What a wish finds.
pub(super) struct Tip<'a> {
    pub(super) repo: &'a Repository,
    pub(super) id: Oid,
    pub(super) reading: Arc<Reading>,
}

/// Where the branch is after a wish.
pub(super) enum Written {
    By(CommitId),
    /// It was so before; this is the tip, whoever made it.
    Already(CommitId),
}

/// Commits a wish and hands the commit over.
pub(super) async fn write(desired: &Arc<Desired>, wish: impl Wish) -> Result<Written, WriteError> {
    let turn = desired.turns.take().await;
    let owned = desired.clone();
    let work = tokio::task::spawn_blocking(move || commit(&owned, &wish));
    let written = work.await.map_err(|err| WriteError::Cut(err.to_string()))??;
    drop(turn);
    match written {
        Written::By(_) => desired.catch_up().await,
        Written::Already(_) => {}
    }
    Ok(written)
}

fn commit(desired: &Desired, wish: &impl Wish) -> Result<Written, WriteError> {
    let repo = desired.branch.open()?;
    for _ in 0..ATTEMPTS {
        let id = desired.branch.tip(&repo)?.ok_or_else(|| WriteError::NoBranch(desired.branch.to_string()))?;
        let reading = desired.readings.tip(&repo, id)?;
        let tip = Tip { repo: &repo, id, reading };
        let Some(new) = wish.draft(&tip)? else {
            return Ok(Written::Already(commit_id(id)));
        };
        check_own(desired, &repo, (id, new), wish.may_prune()).map_err(refused)?;
        match advance(&repo, desired.branch.name(), id, new) {
            Ok(()) => return Ok(Written::By(commit_id(new))),
            // Somebody was first; from there again.
            Err(CommitError::Moved { .. }) => {}
            Err(err @ (CommitError::Path { .. } | CommitError::Git(_))) => return Err(err.into()),
        }
    }
    Err(WriteError::Busy)
}

fn refused(refusal: Refusal) -> WriteError {
    let reason = refusal.reason;
    // The hints are for those who push.
    let lines = refusal.into_lines().into_iter().filter(|line| !line.starts_with("hint: ")).collect();
    match reason {
        Reason::Policy => WriteError::Policy { lines },
        Reason::Invalid | Reason::Stale => WriteError::Refused { lines },
    }
}
