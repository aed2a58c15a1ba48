//! What happened, for those who watch: the pushing terminal, `shipctl`, the event stream.

use super::Outcome;
use crate::model::{AgentId, AppId, CommitId, DeploymentId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

/// One entry of the event log. The shell numbers events as it publishes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub at: Timestamp,
    /// The deployment that is under way for the app, if any.
    pub deployment: Option<DeploymentId>,
    pub app: Option<AppId>,
    #[serde(flatten)]
    pub what: Happening,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    DeploymentStarted {
        commit: CommitId,
    },
    DeploymentEnded {
        outcome: Outcome,
        summary: String,
    },
    RolloutStarted,
    /// So many instances are of the wanted version and ready; `old` are still to be replaced.
    RolloutProgress {
        ready: u32,
        wanted: u32,
        old: u32,
    },
    RolloutDone,
    /// What is healthy stays; nothing is replaced any more.
    RolloutFailed {
        reason: String,
    },
    /// It failed, and the daemon takes the change back.
    RolloutReverting {
        reason: String,
    },
    /// The commit that takes it back is wanted now.
    RolloutReverted {
        by: CommitId,
    },
    RolloutCancelled,
    RolloutResumed,
    /// Why the app does not go on right now; sent when the reason changes.
    Waiting {
        reason: String,
    },
    TaskLaunched {
        task: TaskId,
        agent: AgentId,
        host: String,
    },
    TaskPulling {
        task: TaskId,
        host: String,
        image: String,
        percent: Option<u8>,
    },
    TaskRunning {
        task: TaskId,
        host: String,
    },
    TaskHealthy {
        task: TaskId,
    },
    /// Its readiness check said yes.
    TaskReady {
        task: TaskId,
    },
    TaskUnhealthy {
        task: TaskId,
        cause: String,
    },
    /// It ended without our asking. `log_tail` is its last output.
    TaskFailed {
        task: TaskId,
        host: String,
        reason: String,
        log_tail: Vec<String>,
    },
    TaskStopped {
        task: TaskId,
    },
    AgentJoined {
        agent: AgentId,
        host: String,
    },
    AgentLost {
        agent: AgentId,
        host: String,
    },
    AgentDraining {
        agent: AgentId,
        host: String,
    },
    AgentUndrained {
        agent: AgentId,
        host: String,
    },
    EngineDown {
        agent: AgentId,
        host: String,
        reason: String,
    },
    EngineUp {
        agent: AgentId,
        host: String,
    },
}
