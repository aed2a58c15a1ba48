//! What of a cluster must survive a crash: the values of the store.

use super::{Commit, Deployment, Mark, MarkKind, Rollout};
use crate::model::{
    AgentId, AgentInfo, AppId, AppSpec, CheckResult, CommitId, DeploymentId, Digest, GroupSpec, Kind, Resources,
    TaskId, TaskPort, Timestamp, Version, VolumeId,
};
use crate::plan::ActionKind;
use crate::schedule::Claim;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// One durable value; [`Record::key`] says where it lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Record {
    /// The one record of the cluster as a whole.
    Cluster(ClusterRecord),
    /// A group that the desired state has a file for.
    Group(Arc<GroupSpec>),
    /// An app that is wanted, or whose tasks are not all gone.
    App(Arc<AppRecord>),
    /// An agent that has joined at some time.
    Agent(Arc<AgentRecord>),
    /// A task, stored before its launch, until it is gone or forgotten.
    Task(Arc<TaskRecord>),
    /// Space that an instance keeps on an agent, until it is wiped.
    Volume(Arc<VolumeRecord>),
    /// Without its rollouts: they change one by one and are stored so.
    Deployment(Arc<Deployment>),
    /// One app's part of a deployment.
    Rollout(RolloutRecord),
}

/// Where a record lives. Its text orders records of one kind together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// There is one only.
    Cluster,
    /// By the group's path.
    Group(crate::model::GroupId),
    /// By the app's path.
    App(AppId),
    /// By the agent's own id.
    Agent(AgentId),
    /// By the task's id.
    Task(TaskId),
    /// By the volume's id.
    Volume(VolumeId),
    /// By the full id of its commit.
    Deployment(DeploymentId),
    /// By deployment, then by app.
    Rollout(DeploymentId, AppId),
}

/// What belongs to no app, agent or task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterRecord {
    /// Drawn once when the cluster was made; every task id is built on it.
    pub seed: u64,
    /// The number of the next instance.
    pub next_instance: u64,
    /// The newest one given; the next is later.
    pub last_version: Version,
    /// The commit whose apps are wanted.
    pub commit: Option<Commit>,
}

/// An app as it is carried out, and what is waiting to take its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppRecord {
    /// What tasks are launched, kept and stopped by.
    pub spec: Arc<AppSpec>,
    /// Of `spec`; tasks with another one are old.
    pub digest: Digest,
    /// Of `spec`.
    pub version: Version,
    /// When what is wanted of it last changed, in which way.
    #[serde(default)]
    pub changed: Changed,
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
    /// Of its tasks; `None` if none failed.
    pub last_failure: Option<Failure>,
    /// By port index: the service port that was chosen because the file leaves it open; 0 = none was. Empty = none at
    /// all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_ports: Vec<u16>,
}

/// The versions at which an app's definition last changed (marathon-v2, section 1.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// In any way that starts or stops tasks.
    pub scaling: Version,
    /// In anything but the number of instances.
    pub config: Version,
}

impl Changed {
    /// What a new version adds.
    pub(super) fn by(self, action: ActionKind, version: Version) -> Self {
        match action {
            ActionKind::Create | ActionKind::Restart => Self { scaling: version, config: version },
            ActionKind::Scale => Self { scaling: version, ..self },
            ActionKind::Update => Self { config: version, ..self },
            ActionKind::Delete => self,
        }
    }
}

/// What an app was before a change: the way back, should the change fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The last definition that all instances ran ready.
    pub spec: Arc<AppSpec>,
    /// Of `spec`.
    pub digest: Digest,
    /// Of `spec`.
    pub version: Version,
    /// That it came with; `None` = the app was not there before.
    pub commit: Option<CommitId>,
    /// So many tasks of the app were ready when the change began. No change that is given up ends below.
    pub ready: u32,
}

/// A definition that is wanted and has not begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NextSpec {
    /// What takes the place of the app's own.
    pub spec: Arc<AppSpec>,
    /// Of `spec`; given when its commit was accepted.
    pub version: Version,
    /// That it came with.
    pub commit: CommitId,
}

/// The last task of an app that ended without our asking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// When the cluster heard of it.
    pub at: Timestamp,
    /// Which task it was; mostly gone by now.
    pub task: TaskId,
    /// Where it ran; `None` in records that do not say.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// Its agent's host name.
    pub host: String,
    /// Of the definition it was launched from.
    #[serde(default)]
    pub version: Version,
    /// For programs.
    #[serde(default)]
    pub how: Ending,
    /// For people.
    pub reason: String,
}

/// How a task ended that nobody asked to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Its process ended badly, or its container was lost.
    #[default]
    Failed,
    /// Its process ended well, and was meant to go on.
    Finished,
    /// Its agent could not start it.
    Refused,
    /// Its health checks failed as often as they may; it is replaced for that.
    Unhealthy,
}

/// How far one app of a deployment is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RolloutRecord {
    /// The deployment it is a part of.
    pub deployment: DeploymentId,
    /// The app it is about.
    pub app: AppId,
    /// The part itself.
    pub rollout: Rollout,
}

/// What is known of an agent, connected or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentRecord {
    /// As it described itself last.
    pub info: AgentInfo,
    /// `None` while its link is up.
    pub lost_since: Option<Timestamp>,
    /// While it is set its tasks move elsewhere, and it gets no new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drain: Option<Drain>,
}

/// The wish to empty an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drain {
    /// When it was asked for.
    pub since: Timestamp,
    /// From then on what is left is stopped, whether or not it runs elsewhere by then; `None` = never.
    pub deadline: Option<Timestamp>,
    /// When its last container was gone; `None` = there are some left, or the agent did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drained: Option<Timestamp>,
}

/// A task from its launch until it is gone or forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskRecord {
    /// Built on the cluster's seed; never used twice.
    pub id: TaskId,
    /// Whose instance it fills.
    pub app: AppId,
    /// Where it was launched; it never moves.
    pub agent: AgentId,
    /// Of the definition it was launched from.
    pub version: Version,
    /// Of the configuration its container has.
    pub digest: Digest,
    /// Counted as used on its agent for as long as the record is there.
    pub resources: Resources,
    /// The part of `resources` that comes out of shares reserved for a role, by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<String, Resources>,
    /// As they were chosen, in the order of the app's ports.
    pub ports: Vec<TaskPort>,
    /// The space that its instance keeps there; `None` = none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<VolumeId>,
    /// When the cluster chose its agent.
    pub launched_at: Timestamp,
    /// Stands where the app's present constraints do not allow it; to be replaced.
    pub misplaced: bool,
    /// What its informing check found last.
    pub check: Option<CheckResult>,
    /// When its health checks came to their present verdict; `None` before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Timestamp>,
    /// How far it is.
    pub phase: TaskPhase,
}

/// What an instance keeps on an agent: its data, and room for the task that uses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VolumeRecord {
    /// Never used twice.
    pub id: VolumeId,
    /// Whose instance it belongs to; the app may be gone.
    pub app: AppId,
    /// Where it is; it never moves.
    pub agent: AgentId,
    /// Reserved there while no task uses it, its own size counted as disk.
    pub resources: Resources,
    /// So many volumes of the engine it has been made of at most.
    pub parts: u32,
    /// When its first task was placed.
    pub created: Timestamp,
    /// Somebody asked for its end: no task uses it any more, and its agent removes the data.
    pub wiping: bool,
}

/// How far a task is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TaskPhase {
    /// Sent to its agent, or about to be.
    Staging,
    /// Its process runs, as far as its agent has told.
    Running {
        /// When the cluster first heard of it.
        since: Timestamp,
        /// The container's own; `None` in host mode.
        address: Option<String>,
        /// What its health checks say.
        health: Health,
        /// Whether its readiness check said yes; true without one.
        ready: bool,
    },
    /// We asked its agent to stop it.
    Killing {
        /// When the cluster first asked.
        since: Timestamp,
    },
}

/// What is known of a running task's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// All its health checks agree that it works.
    Healthy,
    /// A health check failed as often as it may; the task is to be replaced.
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

    /// The same, if it is of this kind.
    #[must_use]
    pub fn wanted_as(&self, kind: Kind) -> Option<&Arc<AppSpec>> {
        self.wanted().filter(|spec| spec.kind() == kind)
    }

    /// Of what the desired state says of the app.
    #[must_use]
    pub fn wanted_version(&self) -> Version {
        self.next.as_ref().map_or(self.version, |next| next.version)
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
    /// Whether we asked its agent to stop it.
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

    /// What it holds of its agent.
    #[must_use]
    pub fn claim(&self) -> Claim {
        let (resources, reserved) = (self.resources, self.reserved.clone());
        Claim { resources, reserved, ports: self.host_ports().collect() }
    }

    /// The host ports it holds.
    pub fn host_ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.ports.iter().filter_map(|port| port.host)
    }
}

impl Record {
    /// Where the record is to be stored.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Cluster(_) => Key::Cluster,
            Self::Group(group) => Key::Group(group.id.clone()),
            Self::App(app) => Key::App(app.spec.id.clone()),
            Self::Agent(agent) => Key::Agent(agent.info.id.clone()),
            Self::Task(task) => Key::Task(task.id.clone()),
            Self::Volume(volume) => Key::Volume(volume.id.clone()),
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
            Self::Volume(id) => write!(f, "volume:{id}"),
            Self::Deployment(id) => write!(f, "deployment:{id}"),
            Self::Rollout(id, app) => write!(f, "rollout:{id}:{app}"),
        }
    }
}
