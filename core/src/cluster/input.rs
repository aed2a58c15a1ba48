//! What can happen to a cluster.

use crate::model::{AgentId, AgentInfo, AppId, CommitId, DeploymentId, TaskId, TaskStatus, Wanted};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone)]
pub enum Input {
    /// The deploy branch moved: from now on this is wanted.
    Desired {
        commit: Commit,
        wanted: Wanted,
    },
    /// An agent's link is up; `tasks` is all that it has, complete.
    AgentJoined {
        info: AgentInfo,
        tasks: Vec<TaskReport>,
    },
    /// Something about a joined agent changed, its engine's state for one.
    AgentChanged {
        info: AgentInfo,
    },
    /// An agent's link broke. Its tasks go on.
    AgentLost {
        agent: AgentId,
    },
    TaskUpdate {
        agent: AgentId,
        report: TaskReport,
    },
    /// Ends a deployment: what is healthy stays, nothing of it is replaced any more.
    Cancel {
        deployment: DeploymentId,
        /// Who asked, `Name <mail>`, if known.
        by: Option<String>,
    },
    /// Goes on with changes that were given up.
    Resume {
        apps: Vec<AppId>,
    },
    /// The daemon could not commit a [revert](super::Cluster::reverts).
    RevertRefused {
        app: AppId,
        reason: String,
    },
    /// Moves an agent's tasks elsewhere and gives it no new ones, or ends that.
    Drain {
        agent: AgentId,
        draining: bool,
    },
    /// The moment of an [`Effect::Wake`](super::Effect::Wake) came.
    Tick,
}

/// A commit of the deploy branch, as far as a deployment tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    pub id: CommitId,
    /// `Name <mail>`.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// The deployment whose change it takes back, if the daemon made it for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<DeploymentId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskReport {
    pub task: TaskId,
    #[serde(flatten)]
    pub status: TaskStatus,
}
