//! Changes of the desired state that somebody asks the daemon for, each a commit: drafted on top of the tip,
//! passed through the same gate as a push, and only then made the tip. A file for each kind of wish.

mod apply;
mod author;
mod change;
mod edit;
mod error;
mod message;
mod op;
mod overlay;
mod restart;
mod restore;
mod rollback;
mod scale;
mod take_back;

pub use change::{Change, DEPLOYMENTS_MAX};
pub use error::WriteError;
pub use op::{Fields, Op, Scaling};
pub(super) use take_back::TakeBack;

use super::branch::commit_id;
use super::desired::Desired;
use super::push::{Own, Reason, Refusal, check_own};
use super::reading::Reading;
use super::states::Difference;
use crate::clock;
use author::By;
use git2::{Oid, Repository};
use ship_core::cluster::Cluster;
use ship_core::model::{AppId, CommitId, TaskId, Version, Wanted};
use ship_core::plan::Plan;
use ship_repo::commit::{CommitError, advance};
use std::collections::{BTreeMap, BTreeSet};
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

    /// The plan that whoever wishes it saw.
    fn promise(&self) -> Option<&str> {
        None
    }

    /// Whether it may make the first commit of the branch.
    fn may_begin(&self) -> bool {
        false
    }

    /// Tasks that go with it.
    fn kills(&self) -> &[TaskId] {
        &[]
    }

    /// The apps that it writes, by file.
    fn apps(&self, _at: &Tip<'_>) -> BTreeMap<String, AppId> {
        BTreeMap::new()
    }

    /// Whether it may change these apps now.
    fn admit(&self, _cluster: &Cluster, _apps: &BTreeSet<AppId>) -> Result<(), WriteError> {
        Ok(())
    }

    /// The commit on top of the tip, in no branch yet; `None` if all is so already.
    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError>;
}

/// What a wish finds.
pub(super) struct Tip<'a> {
    pub(super) repo: &'a Repository,
    pub(super) id: Oid,
    pub(super) reading: Arc<Reading>,
    /// That the commit is to say.
    pub(super) version: Version,
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
    match written {
        Written::By(_) => desired.catch_up().await,
        Written::Already(_) => {}
    }
    // Only now: whoever is next must find what this one locks, and its version.
    drop(turn);
    Ok(written)
}

/// What would come of a wish. Nothing is changed.
pub(super) async fn rehearse(desired: &Arc<Desired>, wish: impl Wish) -> Result<Plan, WriteError> {
    let owned = desired.clone();
    let work = tokio::task::spawn_blocking(move || {
        let repo = owned.branch.open()?;
        let tip = find_tip(&owned, &repo, &wish)?;
        let wanted = match wish.draft(&tip)? {
            Some(new) => {
                check_own(&owned, &repo, (tip.id, new), own(&wish)).map_err(|no| refused(no, wish.apps(&tip)))?;
                owned.readings.check(&repo, new)?.tree.wanted()
            }
            None => tip.reading.tree.wanted(),
        };
        Ok(owned.master.plan(&wanted.unwrap_or_default()))
    });
    work.await.map_err(|err| WriteError::Cut(err.to_string()))?
}

fn commit(desired: &Desired, wish: &impl Wish) -> Result<Written, WriteError> {
    let repo = desired.branch.open()?;
    desired.branch.free();
    for _ in 0..ATTEMPTS {
        let tip = find_tip(desired, &repo, wish)?;
        let id = tip.id;
        let Some(new) = wish.draft(&tip)? else {
            return Ok(Written::Already(commit_id(id)));
        };
        if let Some(wanted) = desired.readings.check(&repo, new)?.tree.wanted() {
            wish.admit(&desired.master.cluster(), &changed(&tip, &wanted))?;
        }
        check_own(desired, &repo, (id, new), own(wish)).map_err(|no| refused(no, wish.apps(&tip)))?;
        desired.sentence(&commit_id(new), wish.kills());
        match advance(&repo, desired.branch.name(), id, new) {
            Ok(()) => return Ok(Written::By(commit_id(new))),
            // Somebody was first; from there again.
            Err(CommitError::Moved { .. }) => {}
            Err(err @ (CommitError::Path { .. } | CommitError::Git(_))) => return Err(err.into()),
        }
    }
    Err(WriteError::Busy)
}

fn find_tip<'r>(desired: &Desired, repo: &'r Repository, wish: &impl Wish) -> Result<Tip<'r>, WriteError> {
    let id = match desired.branch.tip(repo)? {
        Some(id) => id,
        None if wish.may_begin() => begin(desired, repo)?,
        None => return Err(WriteError::NoBranch(desired.branch.to_string())),
    };
    let version = desired.master.cluster().next_version(clock::now());
    Ok(Tip { repo, id, reading: desired.readings.tip(repo, id)?, version })
}

fn own(wish: &impl Wish) -> Own {
    Own { prune: wish.may_prune(), plan: wish.promise().map(str::to_owned) }
}

/// The first commit of the branch, without a file.
fn begin(desired: &Desired, repo: &Repository) -> Result<Oid, WriteError> {
    let by = By::asked(None)?;
    let empty = repo.find_tree(repo.treebuilder(None)?.write()?)?;
    let id = repo.commit(None, &by.author, &by.committer, "begin", &empty, &[])?;
    // Not by force: somebody may have been first.
    match repo.reference(&desired.branch.ref_name(), id, false, "begin") {
        Ok(_) => Ok(id),
        Err(err) => desired.branch.tip(repo)?.ok_or_else(|| err.into()),
    }
}

/// The apps that a draft changes; all that it has, if the tip has mistakes.
fn changed(tip: &Tip<'_>, wanted: &Wanted) -> BTreeSet<AppId> {
    let before = tip.reading.tree.wanted().unwrap_or_default();
    Difference { before, after: wanted.clone() }.apps().collect()
}

fn refused(refusal: Refusal, apps: BTreeMap<String, AppId>) -> WriteError {
    let reason = refusal.reason;
    let findings = refusal.findings.clone();
    // The hints are for those who push.
    let lines = refusal.into_lines().into_iter().filter(|line| !line.starts_with("hint: ")).collect();
    match reason {
        Reason::Policy => WriteError::Policy { lines },
        Reason::Stale => WriteError::Stale { lines },
        Reason::Invalid => WriteError::Refused { lines, findings, apps },
    }
}
