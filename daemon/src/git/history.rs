//! What happened to apps, as the branch tells it, and how each of it ended, as the cluster knows.

use super::branch::{commit_id, describe};
use super::desired::Desired;
use super::states::States;
use super::write::WriteError;
use git2::{Oid, Repository};
use ship_core::cluster::{Cluster, Outcome};
use ship_core::model::{AppId, DeploymentId, Timestamp};
use ship_core::protocol::HistoryEntry;

/// Which part of the history is asked for.
pub(super) struct Question {
    pub(super) app: Option<AppId>,
    pub(super) limit: usize,
}

/// The commits that changed apps, the newest first.
pub(super) fn history(desired: &Desired, question: &Question) -> Result<Vec<HistoryEntry>, WriteError> {
    let repo = desired.branch.open()?;
    let cluster = desired.master.cluster();
    let mut entries = Vec::new();
    let Some(states) = States::of(desired, &repo)? else { return Ok(entries) };
    let mut changes = states.changes();
    while entries.len() < question.limit {
        let Some(change) = changes.next() else { break };
        let (id, change) = change?;
        entries.extend(entry(&repo, id, change.apps().collect(), question, &cluster)?);
    }
    Ok(entries)
}

/// `None` if it is not what was asked for.
fn entry(
    repo: &Repository,
    id: Oid,
    apps: Vec<AppId>,
    question: &Question,
    cluster: &Cluster,
) -> Result<Option<HistoryEntry>, git2::Error> {
    if !question.app.as_ref().map_or(!apps.is_empty(), |app| apps.contains(app)) {
        return Ok(None);
    }
    let deployment = cluster.deployment(&DeploymentId::new(commit_id(id).as_str()));
    let outcome = deployment.map(|deployment| deployment.outcome);
    Ok(Some(HistoryEntry {
        commit: describe(repo, id)?,
        at: committed(repo, id)?,
        apps,
        outcome,
        reason: deployment.filter(|_| outcome.is_some_and(wants_a_reason)).map(|deployment| deployment.summary()),
    }))
}

/// The committer's time.
pub(super) fn committed(repo: &Repository, id: Oid) -> Result<Timestamp, git2::Error> {
    let seconds = u64::try_from(repo.find_commit(id)?.time().seconds()).unwrap_or(0);
    Ok(Timestamp(seconds.saturating_mul(1000)))
}

fn wants_a_reason(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Failed | Outcome::Reverted | Outcome::Cancelled => true,
        Outcome::Running | Outcome::Succeeded | Outcome::Superseded => false,
    }
}
