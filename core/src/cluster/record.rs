//! What of a cluster must survive a crash: the values of the store.

use super::{Commit, Deployment, Mark, MarkKind, Rollout};
use crate::model::{
    AgentId, AgentInfo, AppId, AppSpec, CheckResult, CommitId, DeploymentId, Digest, GroupSpec, Resources, TaskId,
    TaskPort, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// One durable value; [`Record::key`] says where it lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Record {
    Cluster(ClusterRecord),
    Group(Arc<GroupSpec>),
    App(Arc<AppRecord>),
    Agent(Arc<AgentRecord>),
    Task(Arc<TaskRecord>),
    /// Without its rollouts: they change one by one and are stored so.
    Deployment(Arc<Deployment>),
    Rollout(RolloutRecord),
}

/// Where a record lives. Its text orders records of one kind together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Cluster,
    Group(crate::model::GroupId),
    App(AppId),
    Agent(AgentId),
    Task(TaskId),
    Deployment(DeploymentId),
    Rollout(DeploymentId, AppId),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterRecord {
    /// Drawn once when the cluster was made; every task id is built on it.
    pub seed: u64,
    /// The number of the next instance.
    pub next_instance: u64,
    pub last_version: Version,
    /// The commit whose apps are wanted.
    pub commit: Option<Commit>,
}

/// An app as it is carried out, and what is waiting to take its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppRecord {
    /// What tasks are launched, kept and stopped by.
    pub spec: Arc<AppSpec>,
    /// Of `spec`; tasks with another one are old.
    pub digest: Digest,
    pub version: Version,
    /// That `spec` came with; `None` before an app's first definition began.
    pub commit: Option<CommitId>,
    /// Whether all instances of `spec` have been ready together once. What depends on the app waits for it.
    pub settled: bool,
    /// A definition that waits for its dependencies; until then `spec` is kept up.
    pub next: Option<NextSpec>,
    /// No longer in the desired state; forgotten when its last task is gone.
    pub removed: bool,
    /// What a removed app depended on; those stop after it.
    pub needs: BTreeSet<AppId>,
    /// Where the change under way began; `None` once all instances stayed ready for the settling time.
    pub origin: Option<Origin>,
    /// Set when its change was given up: nothing is replaced any more until a newer change, or `resume`.
    pub mark: Option<Mark>,
    pub last_failure: Option<Failure>,
}

/// What an app was before a change: the way back, should the change fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The last definition that all instances ran ready.
    pub spec: Arc<AppSpec>,
    pub digest: Digest,
    pub version: Version,
    /// That it came with; `None` = the app was not there before.
    pub commit: Option<CommitId>,
    /// So many tasks of the app were ready when the change began. No change that is given up ends below.
    pub ready: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextSpec {
    pub spec: Arc<AppSpec>,
    pub version: Version,
    pub commit: CommitId,
}

/// The last task of an app that ended without our asking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    pub at: Timestamp,
    pub task: TaskId,
    pub host: String,
    pub reason: String,
}

/// How far one app of a deployment is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutRecord {
    pub deployment: DeploymentId,
    pub app: AppId,
    pub rollout: Rollout,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentRecord {
    pub info: AgentInfo,
    /// `None` while its link is up.
    pub lost_since: Option<Timestamp>,
    /// Its tasks move elsewhere, and it gets no new ones.
    pub draining: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    pub id: TaskId,
    pub app: AppId,
    pub agent: AgentId,
    pub version: Version,
    pub digest: Digest,
    pub resources: Resources,
    pub ports: Vec<TaskPort>,
    pub launched_at: Timestamp,
    /// Stands where the app's present constraints do not allow it; to be replaced.
    pub misplaced: bool,
    /// What its informing check found last.
    pub check: Option<CheckResult>,
    pub phase: TaskPhase,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskPhase {
    /// Sent to its agent, or about to be.
    Staging,
    Running {
        since: Timestamp,
        address: Option<String>,
        health: Health,
        /// Whether its readiness check said yes; true without one.
        ready: bool,
    },
    /// We asked its agent to stop it.
    Killing { since: Timestamp },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Nothing checks it, and it has not run for the app's settling time yet.
    Settling,
    /// Nothing checks its health, and it held out so far: that is all that is asked.
    Unchecked,
    /// No verdict yet.
    Unknown,
    /// No verdict yet, but it was ready by what was asked before its checks changed: it counts as ready for what
    /// is promised, and not for success.
    Presumed,
    Healthy,
    Unhealthy,
}

impl AppRecord {
    /// What the desired state says of the app; `None` once it was removed there.
    #[must_use]
    pub fn wanted(&self) -> Option<&Arc<AppSpec>> {
        match (&self.next, self.removed) {
            (_, true) => None,
            (Some(next), false) => Some(&next.spec),
            (None, false) => Some(&self.spec),
        }
    }

    /// Why its last change was given up; `None` if it was not, or if a newer one is wanted.
    #[must_use]
    pub fn given_up(&self) -> Option<&Mark> {
        self.mark.as_ref().filter(|mark| mark.kind != MarkKind::Overtaken)
    }

    /// Whether it is kept at what was ready before a change that was given up.
    #[must_use]
    pub fn goes_back(&self) -> bool {
        self.origin.is_some() && self.mark.is_some()
    }
}

impl TaskRecord {
    #[must_use]
    pub fn is_killing(&self) -> bool {
        match self.phase {
            TaskPhase::Killing { .. } => true,
            TaskPhase::Staging | TaskPhase::Running { .. } => false,
        }
    }

    /// When it was first seen running; `None` unless it is meant to go on.
    pub(super) fn running_since(&self) -> Option<Timestamp> {
        match self.phase {
            TaskPhase::Running { since, .. } => Some(since),
            TaskPhase::Staging | TaskPhase::Killing { .. } => None,
        }
    }

    /// Whether its changed checks have not spoken yet.
    pub(super) fn is_presumed(&self) -> bool {
        matches!(self.phase, TaskPhase::Running { health: Health::Presumed, .. })
    }

    /// The host ports it holds.
    pub fn host_ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.ports.iter().filter_map(|port| port.host)
    }
}

impl Record {
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Cluster(_) => Key::Cluster,
            Self::Group(group) => Key::Group(group.id.clone()),
            Self::App(app) => Key::App(app.spec.id.clone()),
            Self::Agent(agent) => Key::Agent(agent.info.id.clone()),
            Self::Task(task) => Key::Task(task.id.clone()),
            Self::Deployment(deployment) => Key::Deployment(deployment.id.clone()),
            Self::Rollout(rollout) => Key::Rollout(rollout.deployment.clone(), rollout.app.clone()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("cluster"),
            Self::Group(id) => write!(f, "group:{id}"),
            Self::App(id) => write!(f, "app:{id}"),
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Task(id) => write!(f, "task:{id}"),
            Self::Deployment(id) => write!(f, "deployment:{id}"),
            Self::Rollout(id, app) => write!(f, "rollout:{id}:{app}"),
        }
    }
}
