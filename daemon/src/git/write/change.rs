//! What a client of the REST API asks for: one commit, whatever number of files it takes.

use super::author::By;
use super::message::{one_line, with_version};
use super::op::Op;
use super::overlay::Overlay;
use super::{Tip, Wish, WriteError};
use git2::Oid;
use ship_core::cluster::{Cluster, Outcome};
use ship_core::model::{AppId, DeploymentId, TaskId};
use std::collections::{BTreeMap, BTreeSet};

/// As many as Marathon carries out at a time (`--max_running_deployments`; marathon-v2, section 5.5).
pub const DEPLOYMENTS_MAX: usize = 100;

/// Of a client's own words, so many characters go into a message.
const VIA_MAX: usize = 200;

/// A request, as changes of files.
#[derive(Debug, Clone)]
pub struct Change {
    /// Taken one after the other.
    pub ops: Vec<Op>,
    /// What it does: the first line of the commit's message.
    pub subject: String,
    /// How it came: method, path, client and address.
    pub via: String,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
    /// Takes apps over from deployments that are under way; else such an app is locked.
    pub force: bool,
    /// Tasks that are stopped as it is carried out; those that a smaller number of instances leaves over.
    pub kill: Vec<TaskId>,
}

impl Wish for Change {
    fn by_hand(&self) -> String {
        "make the change".to_owned()
    }

    fn may_prune(&self) -> bool {
        true
    }

    fn may_begin(&self) -> bool {
        true
    }

    fn kills(&self) -> &[TaskId] {
        &self.kill
    }

    fn apps(&self, at: &Tip<'_>) -> BTreeMap<String, AppId> {
        let files = Overlay::new(at);
        let file = |app: &AppId| files.path_of(app).or_else(|| files.place_for(app).ok());
        self.ops.iter().filter_map(Op::written).filter_map(|app| Some((file(app)?, app.clone()))).collect()
    }

    /// Marathon's locks, which only its API knows: a push never waits for another (marathon-v2, section 5.5).
    fn admit(&self, cluster: &Cluster, apps: &BTreeSet<AppId>) -> Result<(), WriteError> {
        let running = || cluster.deployments().filter(|deployment| deployment.outcome == Outcome::Running);
        if running().count() >= DEPLOYMENTS_MAX {
            return Err(WriteError::TooMany);
        }
        let lock =
            |id: &DeploymentId| cluster.deployment(id).is_some_and(|known| apps.iter().any(|app| holds(known, app)));
        let locks: BTreeSet<DeploymentId> = running().map(|known| known.id.clone()).filter(lock).collect();
        match self.force || locks.is_empty() {
            true => Ok(()),
            false => Err(WriteError::Locked { deployments: locks.into_iter().collect() }),
        }
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let mut files = Overlay::new(at);
        for op in &self.ops {
            op.apply(&mut files)?;
        }
        let text = format!("{}\n\n{}", one_line(&self.subject, VIA_MAX), one_line(&self.via, VIA_MAX));
        files.draft(&By::asked(self.author.as_deref())?, &with_version(&text, at.version))
    }
}

/// Whether it still has something to do for the app.
fn holds(deployment: &ship_core::cluster::Deployment, app: &AppId) -> bool {
    deployment.apps.get(app).is_some_and(|rollout| !rollout.state.has_ended())
}
