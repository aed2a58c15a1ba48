//! What happened to apps, as the branch tells it, and how each of it ended, as the cluster knows.

use super::branch::{COMMITS_MAX, commit_id, describe, first_parents};
use super::desired::Desired;
use super::write::WriteError;
use git2::{Oid, Repository};
use imbl::ordmap::DiffItem;
use ship_core::cluster::{Cluster, Outcome};
use ship_core::model::{AppId, DeploymentId, Timestamp, Wanted};
use ship_core::protocol::HistoryEntry;

/// Which part of the history is asked for.
pub(super) struct Question {
    pub(super) app: Option<AppId>,
    pub(super) limit: usize,
}

/// The commits that changed apps, the newest first. A merge is one commit, with all that it brought. A commit
/// with mistakes was never deployed: what it changed belongs to the one that mends it.
pub(super) fn history(desired: &Desired, question: &Question) -> Result<Vec<HistoryEntry>, WriteError> {
    let repo = desired.branch.open()?;
    let Some(tip) = desired.branch.tip(&repo)? else { return Ok(Vec::new()) };
    let cluster = desired.master.cluster();
    let mut tree = desired.readings.tip(&repo, tip)?.tree.clone();
    let mut entries = Vec::new();
    let mut later: Option<(Oid, Wanted)> = None;
    for (nth, commit) in first_parents(&repo, tip)?.enumerate() {
        if entries.len() == question.limit || nth == COMMITS_MAX {
            return Ok(entries);
        }
        let commit = commit?;
        tree = tree.update(&repo, commit)?;
        let Some(wanted) = tree.wanted() else { continue };
        let before = wanted.clone();
        if let Some((id, after)) = later.replace((commit, wanted)) {
            entries.extend(entry(&repo, id, changed(&before, &after), question, &cluster)?);
        }
    }
    if let Some((id, first)) = later.filter(|_| entries.len() < question.limit) {
        entries.extend(entry(&repo, id, changed(&Wanted::default(), &first), question, &cluster)?);
    }
    Ok(entries)
}

fn changed(before: &Wanted, after: &Wanted) -> Vec<AppId> {
    let name = |item| match item {
        DiffItem::Add(app, _) | DiffItem::Remove(app, _) | DiffItem::Update { new: (app, _), .. } => AppId::clone(app),
    };
    before.apps.diff(&after.apps).map(name).collect()
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
    let seconds = u64::try_from(repo.find_commit(id)?.time().seconds()).unwrap_or(0);
    let deployment = cluster.deployment(&DeploymentId::new(commit_id(id).as_str()));
    let outcome = deployment.map(|deployment| deployment.outcome);
    Ok(Some(HistoryEntry {
        commit: describe(repo, id)?,
        at: Timestamp(seconds.saturating_mul(1000)),
        apps,
        outcome,
        reason: deployment.filter(|_| outcome.is_some_and(wants_a_reason)).map(|deployment| deployment.summary()),
    }))
}

fn wants_a_reason(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Failed | Outcome::Reverted | Outcome::Cancelled => true,
        Outcome::Running | Outcome::Succeeded | Outcome::Superseded => false,
    }
}
