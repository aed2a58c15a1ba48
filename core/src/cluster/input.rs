//! What can happen to a cluster.

use crate::model::{AgentId, AgentInfo, CommitId, TaskId, TaskStatus, Wanted};
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
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskReport {
    pub task: TaskId,
    #[serde(flatten)]
    pub status: TaskStatus,
}
