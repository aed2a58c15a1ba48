//! What can happen to a cluster.

use crate::model::{
    AgentId, AgentInfo, AppId, CommitId, DeploymentId, TaskId, TaskStatus, Timestamp, Version, VolumeId, Wanted,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that the shell saw or was asked for. What is out of date is ignored.
#[derive(Debug, Clone)]
pub enum Input {
    /// The deploy branch moved: from now on this is wanted.
    Desired {
        /// The tip of the deploy branch.
        commit: Commit,
        /// All apps and groups of that commit, valid.
        wanted: Wanted,
    },
    /// An agent's link is up; `tasks` is all that it has, complete.
    AgentJoined {
        /// As the agent describes itself now.
        info: AgentInfo,
        /// Tasks of ours that are missing are gone, if its engine answers; unknown ones are stopped.
        tasks: Vec<TaskReport>,
    },
    /// Something about a joined agent changed, its engine's state for one.
    AgentChanged {
        /// Complete; takes the place of what it said before.
        info: AgentInfo,
    },
    /// An agent's link broke. Its tasks go on.
    AgentLost {
        /// Which agent's link.
        agent: AgentId,
    },
    /// News of one task.
    TaskUpdate {
        /// Who says so; a task that is not its own is stopped there.
        agent: AgentId,
        /// What it says.
        report: TaskReport,
    },
    /// Ends a deployment: what is healthy stays, nothing of it is replaced any more.
    Cancel {
        /// Its full id; one that has ended or is unknown is left alone.
        deployment: DeploymentId,
        /// Who asked, `Name <mail>`, if known.
        by: Option<String>,
    },
    /// Goes on with changes that were given up.
    Resume {
        /// Those whose change was not given up are left alone.
        apps: Vec<AppId>,
    },
    /// The daemon could not commit a [revert](super::Cluster::reverts).
    RevertRefused {
        /// The app that was to be reverted; it is held instead.
        app: AppId,
        /// Added to the reason of the app's mark.
        reason: String,
    },
    /// Moves the tasks of agents elsewhere, of several to none of the others, and gives them no new ones. Asked again,
    /// only the deadline changes.
    Drain {
        /// The agents that are to be emptied; unknown ones are left out.
        agents: Vec<AgentId>,
        /// When what is left is stopped without a replacement; `None` = never.
        deadline: Option<Timestamp>,
    },
    /// Gives a draining agent tasks again.
    Undrain {
        /// The agent that is to be filled again.
        agent: AgentId,
    },
    /// Frees what an instance keeps on an agent: its data is lost.
    Wipe {
        /// One that is unknown is left alone.
        volume: VolumeId,
    },
    /// An agent has nothing left of a volume that it was to remove.
    VolumeRemoved {
        /// Who says so.
        agent: AgentId,
        /// Which one.
        volume: VolumeId,
    },
    /// Ends the pause after failures of an app: its next launch comes at once, and the next pause is the shortest.
    EndPause {
        /// One that is unknown is left alone.
        app: AppId,
    },
    /// Stops tasks because somebody asked for it, whatever was promised; what is missing then is started again. Together
    /// with a smaller number of instances in the same [batch](super::Cluster::handle_all), they are the ones that go.
    Kill {
        /// Those that are unknown or on their way out are left alone.
        tasks: Vec<TaskId>,
    },
    /// The moment of an [`Effect::Wake`](super::Effect::Wake) came.
    Tick,
}

impl Input {
    /// Whether it is an agent's word, of which many may be [taken in](super::Cluster::handle_all) at once.
    #[must_use]
    pub fn is_news(&self) -> bool {
        match self {
            Self::AgentJoined { .. } | Self::AgentChanged { .. } | Self::TaskUpdate { .. } => true,
            Self::Desired { .. }
            | Self::AgentLost { .. }
            | Self::Cancel { .. }
            | Self::Resume { .. }
            | Self::RevertRefused { .. }
            | Self::Drain { .. }
            | Self::Undrain { .. }
            | Self::Wipe { .. }
            | Self::VolumeRemoved { .. }
            | Self::Kill { .. }
            | Self::EndPause { .. }
            | Self::Tick => false,
        }
    }
}

/// A commit of the deploy branch, as far as a deployment tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Commit {
    /// In full.
    pub id: CommitId,
    /// `Name <mail>`.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
    /// The deployment whose change it takes back, if the daemon made it for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<DeploymentId>,
    /// That the apps it changes are to have, if the daemon made it and said so; else the moment of acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
}

/// What an agent says of one task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskReport {
    /// Which task it is about.
    pub task: TaskId,
    /// Its fields stand side by side with the task's id.
    #[serde(flatten)]
    pub status: TaskStatus,
}
