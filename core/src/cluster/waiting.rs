//! Why an app does not go on: one reason at a time, the one that is in the way first.

use crate::model::{AppId, Timestamp};
use crate::schedule::Mismatch;
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Apps that must be up first.
    Dependencies(Vec<AppId>),
    /// Tasks failed; the next attempt comes at `until`.
    Backoff { until: Timestamp, failure: String },
    /// So many tasks fit on no agent.
    Room { tasks: u32, reason: String },
    /// So many old tasks stay, because what is to replace them would find no place even without them.
    Exchange { tasks: u32, reason: String },
    /// The new tasks fit nowhere, and the promised minimum lets no old one make room.
    Minimum { reason: String },
    /// An instance's data is on an agent that takes no task of it now.
    Data { host: String, reason: Mismatch },
    /// A removed app stops when what the same commit starts is up; this one is not.
    Starts(AppId),
    /// A removed app stops after those that depend on it.
    Dependants(Vec<AppId>),
}

impl Waiting {
    /// The app whose news is waited for. Of several the first: the next one is found when it is up.
    pub(super) fn on(&self) -> Option<&AppId> {
        match self {
            Self::Dependencies(apps) | Self::Dependants(apps) => apps.first(),
            Self::Starts(app) => Some(app),
            Self::Backoff { .. }
            | Self::Room { .. }
            | Self::Exchange { .. }
            | Self::Minimum { .. }
            | Self::Data { .. } => None,
        }
    }
}

impl Waiting {
    /// Whether tasks could be launched, but for room or a pause.
    pub(super) fn keeps_launches_back(&self) -> bool {
        self.is_for_room() || matches!(self, Self::Backoff { .. })
    }

    /// Whether it ends when agents have more to give.
    pub(super) fn is_for_room(&self) -> bool {
        match self {
            Self::Room { .. } | Self::Exchange { .. } | Self::Minimum { .. } | Self::Data { .. } => true,
            Self::Dependencies(_) | Self::Backoff { .. } | Self::Starts(_) | Self::Dependants(_) => false,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dependencies(apps) => write!(f, "waits for {}", list(apps)),
            Self::Backoff { failure, .. } => write!(f, "backing off: {failure}"),
            Self::Room { tasks: 1, reason } => write!(f, "1 task fits nowhere: {reason}"),
            Self::Room { tasks, reason } => write!(f, "{tasks} tasks fit nowhere: {reason}"),
            Self::Exchange { tasks: 1, reason } => write!(f, "1 old task stays, nothing could replace it: {reason}"),
            Self::Exchange { tasks, reason } => {
                write!(f, "{tasks} old tasks stay, nothing could replace them: {reason}")
            }
            Self::Minimum { reason } => {
                write!(f, "no room beside the old tasks, and minimumHealthCapacity lets none stop first: {reason}")
            }
            Self::Data { host, reason } => write!(f, "its data is on {host}: {reason}"),
            Self::Starts(app) => write!(f, "stops when {app} is up"),
            Self::Dependants(apps) => write!(f, "stops after {}", list(apps)),
        }
    }
}

fn list(apps: &[AppId]) -> String {
    apps.iter().map(AppId::as_str).collect::<Vec<_>>().join(", ")
}
