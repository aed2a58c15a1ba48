//! Earlier versions of apps and groups: the branch has them. Marathon keeps as many in ZooKeeper.

use super::branch::{commit_id, describe};
use super::desired::Desired;
use super::history::committed;
use super::states::States;
use super::write::WriteError;
use git2::{Oid, Repository};
use ship_core::cluster::Cluster;
use ship_core::model::{CommitId, DeploymentId, GroupId, Timestamp, Version, Wanted};

/// As many as Marathon keeps unless told otherwise (`--zk_max_versions`; marathon-v2, section 8.10).
const VERSIONS_MAX: usize = 50;

/// A version, and the commit that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub version: Version,
    pub commit: CommitId,
}

/// Of an app, or of a group with all below it, the newest first. Empty if there never was one.
pub(super) fn versions(desired: &Desired, path: &GroupId) -> Result<Vec<Edition>, WriteError> {
    let repo = desired.branch.open()?;
    let cluster = desired.master.cluster();
    let mut editions: Vec<Edition> = Vec::new();
    let Some(states) = States::of(desired, &repo)? else { return Ok(editions) };
    for change in states.changes() {
        let (id, change) = change?;
        if !change.apps().any(|app| path.encloses(&app.path())) {
            continue;
        }
        let said = version_of(&repo, id, &cluster)?;
        // Whatever clocks said, the order of commits is the order of versions.
        let version = editions.last().map_or(said, |later| said.min(just_before(later.version)));
        editions.push(Edition { version, commit: commit_id(id) });
        if editions.len() == VERSIONS_MAX {
            break;
        }
    }
    Ok(editions)
}

/// All that a commit of the repository asks for; `None` if it has mistakes.
pub(super) fn wanted_at(desired: &Desired, commit: &CommitId) -> Result<Option<Wanted>, WriteError> {
    let repo = desired.branch.open()?;
    let tip = desired.branch.tip(&repo)?.ok_or_else(|| WriteError::NoBranch(desired.branch.to_string()))?;
    let tree = desired.readings.tip(&repo, tip)?.tree.update(&repo, Oid::from_str(commit.as_str())?)?;
    Ok(tree.wanted())
}

/// What the commit says, else what its deployment had, else when it was made.
fn version_of(repo: &Repository, id: Oid, cluster: &Cluster) -> Result<Version, git2::Error> {
    let carried_out = cluster.deployment(&DeploymentId::new(commit_id(id).as_str()));
    let known = carried_out.map(|deployment| deployment.version).filter(|version| *version != Version::default());
    match known.or(describe(repo, id)?.version) {
        Some(version) => Ok(version),
        None => Ok(Version(committed(repo, id)?)),
    }
}

fn just_before(version: Version) -> Version {
    Version(Timestamp(version.0.0.saturating_sub(1)))
}
