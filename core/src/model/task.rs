//! A task as the agent receives it, and what the agent says of it.

use super::{
    AppId, CheckResult, Checks, Command, Digest, Image, NetworkMode, Parameter, Protocol, Resources, TaskId, Version,
    Volume,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything an agent needs to start one task; nothing is left to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskSpec {
    pub id: TaskId,
    pub app: AppId,
    pub version: Version,
    /// Of the app's [`RunSpec`](super::RunSpec): tells later which configuration the container has.
    pub digest: Digest,
    pub image: Image,
    pub command: Command,
    /// Complete: the app's own, and the variables that Marathon promises.
    pub env: BTreeMap<String, String>,
    pub user: Option<String>,
    pub resources: Resources,
    pub network: NetworkMode,
    pub ports: Vec<TaskPort>,
    pub volumes: Vec<Volume>,
    pub privileged: bool,
    pub parameters: Vec<Parameter>,
    pub tty: bool,
    pub kill_grace_secs: Option<u32>,
    pub checks: Checks,
}

/// A port of a task, after the scheduler chose its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPort {
    /// Inside the container; equal to the host port in host mode.
    pub container: u16,
    /// On the agent; `None` = not published.
    pub host: Option<u16>,
    pub protocol: Protocol,
}

/// What an agent reports of a task. Terminal ones are told apart by [`TaskStatus::is_terminal`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum TaskStatus {
    /// The image is on its way: percent of its bytes and bytes there so far, where the engine says so.
    Pulling { percent: Option<u8>, bytes: Option<u64> },
    /// The container is being made and started.
    Starting,
    /// Its process runs; `address` is the container's own, where it has one.
    Running { address: Option<String> },
    /// A verdict over all its health checks, reported when it changes.
    Health { healthy: bool, cause: Option<String> },
    /// Its readiness check said yes. Reported once, and again when an agent joins.
    Ready,
    /// A new result of its [`InformCheck`](super::InformCheck), reported when it changes.
    Checked { result: CheckResult },
    /// The agent could not start it, in the engine's words.
    Refused { reason: String },
    /// Its process ended. `log_tail` is its last output, for people.
    Exited { code: i64, out_of_memory: bool, log_tail: Vec<String> },
    /// The agent does not have it (any more).
    Gone,
}

impl TaskStatus {
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::Exited { .. } | Self::Gone => true,
            Self::Pulling { .. }
            | Self::Starting
            | Self::Running { .. }
            | Self::Health { .. }
            | Self::Ready
            | Self::Checked { .. } => false,
        }
    }
}
