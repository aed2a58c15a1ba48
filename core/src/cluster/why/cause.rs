//! What can be in the way of an instance, as facts for programs; their `Display` is for people.

use crate::cluster::{MarkKind, Remedy};
use crate::model::{AppId, TaskId, Timestamp};
use crate::schedule::{Mismatch, Rejection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why an app is not as it is wanted: one cause for each missing instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// The app that was asked about.
    pub app: AppId,
    /// As in the status: `running`, `rolling out`, `held` and so on.
    pub state: String,
    /// As wanted; 0 once the app was removed.
    pub wanted: u32,
    /// Tasks of the wanted configuration, where they may stand, that did all that is asked of them.
    pub ready: u32,
    /// Alike ones together. Their `instances` add up to what is missing; of a removed app, to the tasks that are left.
    pub causes: Vec<Cause>,
}

impl Why {
    /// Whether nothing more happens by itself.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.causes.iter().any(|cause| matches!(cause.what, What::GivenUp { .. }))
    }
}

/// What so many instances of an app lack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// How many have just this cause.
    pub instances: u32,
    /// Its fields stand side by side with the number.
    #[serde(flatten)]
    pub what: What,
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum What {
    /// No agent takes one more task.
    Placement(Placement),
    /// An old task stays: without the old tasks, its replacement would still find no place.
    Exchange(Placement),
    /// There is no room beside the old tasks, and `minimumHealthCapacity` lets none of them stop first.
    Minimum(Placement),
    /// Its task is to leave an agent that is being emptied, and still runs there.
    Drain {
        /// The agent that is being emptied.
        host: String,
        /// Why it does not move; `None` = its replacement is on its way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<Placement>,
    },
    /// Its image is on its way.
    Pull {
        /// The agent that fetches it.
        host: String,
        /// As the app names it.
        image: String,
        /// 0 to 100, as far as the engine says.
        percent: Option<u8>,
    },
    /// Its container is being made.
    Start {
        /// The agent that makes it.
        host: String,
        /// When its place was chosen.
        since: Timestamp,
    },
    /// Its health checks have not approved it yet, or found it broken.
    Health {
        /// Where it runs.
        host: String,
        /// Which task it is.
        task: TaskId,
        /// What the failing check saw; `None` = no verdict yet.
        found: Option<String>,
        /// Since when it runs.
        since: Timestamp,
    },
    /// Its readiness check has not said yes yet.
    Readiness {
        /// Where it runs.
        host: String,
        /// Which task it is.
        task: TaskId,
        /// Since when it runs.
        since: Timestamp,
    },
    /// Nothing checks it, so it has to hold out for the app's settling time.
    Settling {
        /// Where it runs.
        host: String,
        /// When it has held out.
        until: Timestamp,
    },
    /// Its agent or the agent's engine does not answer.
    Silent {
        /// The agent.
        host: String,
        /// What is wrong with it.
        reason: String,
        /// When it is replaced elsewhere; `None` = it is waited for.
        replaced: Option<Timestamp>,
    },
    /// Apps that must be up first.
    Dependency {
        /// Each with where it stands.
        needs: Vec<Need>,
    },
    /// Tasks failed; there is a pause before the next attempt.
    Backoff {
        /// The end of the pause.
        until: Timestamp,
        /// The last failure, with its host.
        failure: String,
    },
    /// Its data is on an agent that takes no task of it now.
    Data {
        /// The agent.
        host: String,
        /// Why it takes none.
        reason: Mismatch,
    },
    /// Tasks of less important apps stop for it.
    Preemption {
        /// Where they stand, for each of the app's tasks.
        hosts: Vec<String>,
    },
    /// An old task is being stopped, and the new one needs its place.
    Stopping {
        /// Where.
        host: String,
        /// When it was asked to stop.
        since: Timestamp,
    },
    /// Its turn comes: the upgrade goes on step by step.
    Step {
        /// So many tasks are still to be replaced.
        old: u32,
    },
    /// The change was given up.
    GivenUp {
        /// By whom or what.
        kind: MarkKind,
        /// In words.
        reason: String,
    },
    /// The app was removed, and its tasks stop after these apps are up, or gone.
    Order {
        /// The apps that go first.
        after: Vec<AppId>,
    },
    /// Nothing is in the way.
    Soon,
}

/// An app that another one waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Need {
    /// Which one.
    pub app: AppId,
    /// As in the status.
    pub state: String,
    /// Why it is not up.
    pub reason: Option<String>,
}

/// Where a task could not go, and what would help.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Placement {
    /// Every agent, with the first reason why it was passed over.
    pub passed_over: Vec<Rejection>,
    /// Changes that were tried on the scheduler and let tasks run: the smallest first. Empty = no single one does.
    pub remedies: Vec<Remedy>,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placement(place) => write!(f, "{}", fits_nowhere(place)),
            Self::Exchange(_) => f.write_str("an old task stays: its replacement finds no place even without it"),
            Self::Minimum(_) => {
                f.write_str("no room beside the old tasks, and minimumHealthCapacity lets none of them stop first")
            }
            Self::Drain { host, room: None } => write!(f, "moves away from {host}, which is being emptied"),
            Self::Drain { host, room: Some(_) } => {
                write!(f, "still on {host}, which is being emptied: no other agent takes it")
            }
            Self::Pull { host, image, percent: None } => write!(f, "{host} fetches the image {image}"),
            Self::Pull { host, image, percent: Some(percent) } => {
                write!(f, "{host} fetches the image {image}: {percent}%")
            }
            Self::Start { host, .. } => write!(f, "starts on {host}"),
            Self::Health { host, found: None, .. } => write!(f, "runs on {host}, no verdict of its health checks yet"),
            Self::Health { host, found: Some(found), .. } => write!(f, "unhealthy on {host}: {found}"),
            Self::Readiness { host, .. } => {
                write!(f, "runs on {host}, and its readiness check has not said yes")
            }
            Self::Settling { host, .. } => {
                write!(f, "runs on {host}, and has to hold out for the settling time since nothing checks it")
            }
            Self::Silent { host, reason, .. } => write!(f, "on {host}, of which there is no word: {reason}"),
            Self::Dependency { needs } => {
                let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
                write!(f, "waits for {}", needs.join(", "))
            }
            Self::Backoff { failure, .. } => write!(f, "pauses after a failure: {failure}"),
            Self::Data { host, reason } => write!(f, "its data is on {host}: {reason}"),
            Self::Preemption { hosts } => {
                write!(f, "less important tasks on {} make room for it", hosts.join(", "))
            }
            Self::Stopping { host, .. } => write!(f, "waits until an old task on {host} has stopped"),
            Self::Step { old: 1 } => f.write_str("its turn comes: 1 old task is still to be replaced"),
            Self::Step { old } => write!(f, "its turn comes: {old} old tasks are still to be replaced, step by step"),
            Self::GivenUp { kind, reason } => write!(f, "{kind}: {reason}"),
            Self::Order { after } => {
                let after: Vec<&str> = after.iter().map(AppId::as_str).collect();
                write!(f, "stops after {}", after.join(", "))
            }
            Self::Soon => f.write_str("nothing is in its way: it comes next"),
        }
    }
}

fn fits_nowhere(place: &Placement) -> &'static str {
    if place.passed_over.is_empty() { "no agent has joined" } else { "fits on no agent" }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            None => write!(f, "{} ({})", self.app, self.state),
            Some(reason) => write!(f, "{} ({}: {reason})", self.app, self.state),
        }
    }
}

impl What {
    /// Where it could not go, if that is what is in the way.
    #[must_use]
    pub fn placement(&self) -> Option<&Placement> {
        match self {
            Self::Placement(place) | Self::Exchange(place) | Self::Minimum(place) => Some(place),
            Self::Drain { room, .. } => room.as_ref(),
            Self::Pull { .. }
            | Self::Start { .. }
            | Self::Health { .. }
            | Self::Readiness { .. }
            | Self::Settling { .. }
            | Self::Silent { .. }
            | Self::Dependency { .. }
            | Self::Backoff { .. }
            | Self::Data { .. }
            | Self::Preemption { .. }
            | Self::Stopping { .. }
            | Self::Step { .. }
            | Self::GivenUp { .. }
            | Self::Order { .. }
            | Self::Soon => None,
        }
    }
}
