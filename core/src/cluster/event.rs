//! What happened, for those who watch: the pushing terminal, `shipctl`, the event stream.

use super::{Ending, Outcome, TaskRecord};
use crate::model::{AgentId, AppId, CommitId, DeploymentId, TaskId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One entry of the event log. The shell numbers events as it publishes them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When the cluster handled what led to it.
    pub at: Timestamp,
    /// The deployment that is under way for the app, if any.
    pub deployment: Option<DeploymentId>,
    /// The app it is about; `None` for agents and for deployments as a whole.
    pub app: Option<AppId>,
    /// With what belongs to it; its fields stand side by side with the event's own.
    #[serde(flatten)]
    pub what: Happening,
    /// The record of the task that it is about, for those who tell more than its id: as it is after what is told, and as
    /// it was before where the task is stopped or gone. Neither stored nor part of the API.
    #[serde(skip)]
    pub task: Option<Arc<TaskRecord>>,
}

/// What an event tells. The names are part of the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    /// A commit that changes apps was accepted.
    DeploymentStarted {
        /// Whose id is the deployment's, too.
        commit: CommitId,
    },
    /// No rollout of it is left; a resumed one may end again.
    DeploymentEnded {
        /// Over all its rollouts.
        outcome: Outcome,
        /// For people: what was done, or everything that went wrong.
        summary: String,
    },
    /// What it waits for is there.
    RolloutStarted,
    /// So many instances are of the wanted version and ready; `old` are still to be replaced.
    RolloutProgress {
        /// Of the wanted configuration.
        ready: u32,
        /// As the app's definition says.
        wanted: u32,
        /// Of an earlier configuration.
        old: u32,
    },
    /// All instances held out for the settling time; or of a removed app nothing is left.
    RolloutDone,
    /// What is healthy stays; nothing is replaced any more.
    RolloutFailed {
        /// For people.
        reason: String,
    },
    /// It failed, and the daemon takes the change back.
    RolloutReverting {
        /// Why it failed.
        reason: String,
    },
    /// The commit that takes it back is wanted now.
    RolloutReverted {
        /// The commit that takes it back.
        by: CommitId,
    },
    /// Somebody ended its deployment.
    RolloutCancelled,
    /// Somebody asked for it to go on; it has its full time again.
    RolloutResumed,
    /// Why the app does not go on right now; sent when the reason changes.
    Waiting {
        /// For people.
        reason: String,
    },
    /// An agent was chosen, and is told to start the task.
    TaskLaunched {
        /// The new task.
        task: TaskId,
        /// The chosen agent.
        agent: AgentId,
        /// That agent's host name.
        host: String,
    },
    /// Its agent fetches the image.
    TaskPulling {
        /// The task that waits for it.
        task: TaskId,
        /// The agent's host name.
        host: String,
        /// In the words of the app file.
        image: String,
        /// 0 to 100, where the engine says so.
        percent: Option<u8>,
    },
    /// Its process was seen running for the first time.
    TaskRunning {
        /// The task that runs.
        task: TaskId,
        /// Its agent's host name.
        host: String,
    },
    /// Its health checks agree that it works.
    TaskHealthy {
        /// The task they were asked of.
        task: TaskId,
    },
    /// Its readiness check said yes.
    TaskReady {
        /// The task it was asked of.
        task: TaskId,
    },
    /// Its health checks found it broken; it is replaced.
    TaskUnhealthy {
        /// The task they were asked of.
        task: TaskId,
        /// What the failing check saw.
        cause: String,
    },
    /// It ended without our asking. `log_tail` is its last output.
    TaskFailed {
        /// The task that ended.
        task: TaskId,
        /// Its agent's host name.
        host: String,
        /// For programs.
        #[serde(default)]
        how: Ending,
        /// The exit code, or the engine's words.
        reason: String,
        /// Oldest first; may be empty.
        log_tail: Vec<String>,
    },
    /// Its agent is told to stop it.
    TaskStopping {
        /// The task that is to end.
        task: TaskId,
    },
    /// Its agent counts as gone; it may run on there.
    TaskUnreachable {
        /// The task that nothing is known of.
        task: TaskId,
        /// Its agent's host name.
        host: String,
    },
    /// Its agent counted as gone, is back, and has it.
    TaskReturned {
        /// The task that runs on.
        task: TaskId,
        /// Its agent's host name.
        host: String,
    },
    /// It is given up, as its agent stays away. Should the agent come back, it stops it.
    TaskForgotten {
        /// The task that counts no more.
        task: TaskId,
        /// Its agent's host name.
        host: String,
    },
    /// A container that had to go ended: one of a task that was forgotten, or that this cluster never had.
    StrangerEnded {
        /// As the container names it.
        task: TaskId,
        /// The agent that had it.
        agent: AgentId,
        /// That agent's host name.
        host: String,
    },
    /// It ended as we asked.
    TaskStopped {
        /// The task that ended.
        task: TaskId,
    },
    /// Its link is up; told again after each break.
    AgentJoined {
        /// The agent that joined.
        agent: AgentId,
        /// Its host name.
        host: String,
    },
    /// Its link broke; its tasks go on.
    AgentLost {
        /// The agent without a link.
        agent: AgentId,
        /// Its host name.
        host: String,
    },
    /// Somebody asked for its tasks to move elsewhere.
    AgentDraining {
        /// The agent that is emptied.
        agent: AgentId,
        /// Its host name.
        host: String,
    },
    /// It stops because a more important app needs its room.
    TaskPreempted {
        /// Which task.
        task: TaskId,
        /// Its agent's host name.
        host: String,
        /// The app whose task takes the room.
        by: AppId,
    },
    /// Nothing of ours is left on it: its last container has ended.
    AgentDrained {
        /// The agent that was emptied.
        agent: AgentId,
        /// Its host name.
        host: String,
    },
    /// It may get tasks again.
    AgentUndrained {
        /// The agent that was emptied.
        agent: AgentId,
        /// Its host name.
        host: String,
    },
    /// Its Docker Engine does not answer; its tasks are unknown meanwhile.
    EngineDown {
        /// The engine's agent.
        agent: AgentId,
        /// The agent's host name.
        host: String,
        /// In the engine's or the connection's own words.
        reason: String,
    },
    /// What it offers, or what constraints compare, is something else by now; its tasks go on.
    AgentChanged {
        /// Stays the same over restarts and new host names.
        agent: AgentId,
        /// Its host name by now.
        host: String,
        /// Such as `attributes`, one after the other, for people.
        what: String,
    },
    /// Its Docker Engine answers again.
    EngineUp {
        /// The engine's agent.
        agent: AgentId,
        /// The agent's host name.
        host: String,
    },
}
