//! A task as the agent receives it, and what the agent says of it.

use super::{
    AppId, CheckResult, Checks, Command, Digest, Image, Mount, NetworkMode, Parameter, PodTask, Protocol, Resources,
    TaskId, Version, Volume,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything an agent needs to start one task; nothing is left to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskSpec {
    /// Names the container as well; never used twice.
    pub id: TaskId,
    /// For logs, environment and labels of the container.
    pub app: AppId,
    /// Of the app's definition that it was launched from.
    pub version: Version,
    /// Of the app's [`RunSpec`](super::RunSpec): tells later which configuration the container has.
    pub digest: Digest,
    /// Pulled first if the agent does not have it, or if forced.
    pub image: Image,
    /// What of the image is started.
    pub command: Command,
    /// Complete: the app's own, and the variables that Marathon promises.
    pub env: BTreeMap<String, String>,
    /// The OS user inside the container; `None` = the image's.
    pub user: Option<String>,
    /// For the engine: `cpus` become a weight, not a ceiling; `mem` is a hard limit, swap included.
    pub resources: Resources,
    /// As in the app; the ports' numbers are chosen already.
    pub network: NetworkMode,
    /// In the order of the app's ports.
    pub ports: Vec<TaskPort>,
    /// In the order of the app file.
    pub volumes: Vec<Volume>,
    /// Of the instance's own space, or of that which a pod's containers share, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// `docker run --privileged`.
    pub privileged: bool,
    /// Options of `docker run`, checked against [`PARAMETER_KEYS`](super::PARAMETER_KEYS).
    pub parameters: Vec<Parameter>,
    /// Whether the container gets a terminal.
    pub tty: bool,
    /// Seconds between SIGTERM and SIGKILL where the order to stop says nothing; `None` = the agent's default.
    pub kill_grace_secs: Option<u32>,
    /// Run by the agent, from the task's start.
    pub checks: Checks,
    /// Of a pod: its other containers. `None` = a task of one container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<PodTask>,
}

impl TaskSpec {
    /// The images of all its containers, the first one's first.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        let companions = self.pod.iter().flat_map(|pod| &pod.companions);
        std::iter::once(&self.image).chain(companions.map(|companion| &companion.image))
    }
}

/// A port of a task, after the scheduler chose its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskPort {
    /// Inside the container; equal to the host port in host mode.
    pub container: u16,
    /// On the agent; `None` = not published.
    pub host: Option<u16>,
    /// Which kind of port `host` is.
    pub protocol: Protocol,
}

/// What an agent reports of a task. Terminal ones are told apart by [`TaskStatus::is_terminal`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum TaskStatus {
    /// The image is on its way: percent of its bytes and bytes there so far, where the engine says so.
    Pulling {
        /// 0 to 100, over all layers whose size is known; `None` before that.
        percent: Option<u8>,
        /// Fetched so far; a rise counts as progress of a rollout.
        bytes: Option<u64>,
    },
    /// The container is being made and started.
    Starting,
    /// Its process runs; `address` is the container's own, where it has one.
    Running {
        /// Its IP address on the engine's network; `None` in host mode.
        address: Option<String>,
    },
    /// A verdict over all its health checks, reported when it changes.
    Health {
        /// Whether all checks agree that it works.
        healthy: bool,
        /// What the failing check saw, in words; `None` where all is well.
        cause: Option<String>,
    },
    /// Its readiness check said yes. Reported once, and again when an agent joins.
    Ready,
    /// A new result of its [`InformCheck`](super::InformCheck), reported when it changes.
    Checked {
        /// In Marathon's form, to be shown.
        result: CheckResult,
    },
    /// The agent could not start it, in the engine's words.
    Refused {
        /// One line for people.
        reason: String,
    },
    /// Its process ended. `log_tail` is its last output, for people.
    Exited {
        /// The process's own, or 128 and the signal that ended it.
        code: i64,
        /// Whether the kernel ended it for want of memory.
        out_of_memory: bool,
        /// At most some last lines, oldest first; may be empty.
        log_tail: Vec<String>,
        /// Of a pod: the one that ended first. The others were stopped then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        container: Option<String>,
    },
    /// The agent does not have it (any more).
    Gone,
}

impl TaskStatus {
    /// Whether it is the last word: no later report of the task is expected, and its place is free.
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
