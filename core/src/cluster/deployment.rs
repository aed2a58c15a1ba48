//! One commit being carried out: which apps it changes and how far each of them is.

use super::Commit;
use crate::model::{AppId, CommitId, DeploymentId, Kind, Timestamp, Version};
use crate::plan::ActionKind;
use imbl::OrdMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A commit and its changes, from acceptance to the end; kept for a while after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deployment {
    /// The id of its commit, in full.
    pub id: DeploymentId,
    /// What it carries out.
    pub commit: Commit,
    /// Of every app that it changes.
    #[serde(default)]
    pub version: Version,
    /// When its commit was accepted.
    pub started: Timestamp,
    /// When the last rollout ended; `None` while it runs, and again once it is resumed.
    pub ended: Option<Timestamp>,
    /// Over all its rollouts.
    pub outcome: Outcome,
    /// So many of its rollouts have not ended.
    pub left: u32,
    /// So many of those left are no stops.
    pub starts_left: u32,
    /// Every app that it changes; removed ones too.
    #[schemars(with = "BTreeMap<AppId, Rollout>")]
    pub apps: OrdMap<AppId, Rollout>,
}

/// How a deployment went, over all its rollouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// At least one rollout has not ended.
    Running,
    /// No rollout failed or was cancelled, and the last to end was not taken over.
    Succeeded,
    /// A rollout failed, whatever became of the others.
    Failed,
    /// A newer commit took over all that was left of it.
    Superseded,
    /// It failed, and a commit of the daemon took its change back.
    Reverted,
    /// Somebody ended it.
    Cancelled,
}

impl Deployment {
    /// How it went: `2 apps done`, or everything that went wrong.
    #[must_use]
    pub fn summary(&self) -> String {
        let failures: Vec<String> = self
            .apps
            .iter()
            .filter_map(|(app, rollout)| match &rollout.state {
                RolloutState::Failed { reason } => Some(format!("{app}: {reason}")),
                RolloutState::Reverted { reason, by } => Some(format!("{app}: {reason}; taken back by {}", by.short())),
                RolloutState::Cancelled => Some(format!("{app}: cancelled")),
                RolloutState::Waiting
                | RolloutState::Rolling
                | RolloutState::Done
                | RolloutState::Superseded
                | RolloutState::Reverting { .. } => None,
            })
            .collect();
        if !failures.is_empty() {
            return failures.join("; ");
        }
        let done = self.apps.values().filter(|rollout| rollout.state == RolloutState::Done).count();
        match self.apps.len() {
            1 if done == 1 => "1 app done".to_owned(),
            apps if done == apps => format!("{apps} apps done"),
            apps => format!("{done} of {apps} apps done, the rest taken over by a newer commit"),
        }
    }
}

impl Outcome {
    /// Whether nothing is to be done for it any more, unless it is resumed.
    #[must_use]
    pub fn has_ended(self) -> bool {
        match self {
            Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Superseded | Self::Reverted | Self::Cancelled => true,
        }
    }
}

/// One app's part of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rollout {
    /// What it is after the change; where it goes, what it was.
    #[serde(default, skip_serializing_if = "Kind::is_app")]
    pub kind: Kind,
    /// As planned when the commit was accepted.
    pub action: ActionKind,
    /// The step of the plan it belongs to, from 0.
    pub step: usize,
    /// How far it is, or how it went.
    pub state: RolloutState,
    /// When what it waits for was there.
    pub began: Option<Timestamp>,
    /// `None` while it goes on, and again once it is resumed.
    pub ended: Option<Timestamp>,
}

/// How far one app's change is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum RolloutState {
    /// For apps of earlier steps.
    Waiting,
    /// It began, and goes on.
    Rolling,
    /// All instances held out for the settling time; or of a removed app nothing is left.
    Done,
    /// It made no progress until its deadline, or cannot come to its end.
    Failed {
        /// For people.
        reason: String,
    },
    /// A newer commit changes the app.
    Superseded,
    /// Failed; the commit that takes it back is on its way.
    Reverting {
        /// Why it failed.
        reason: String,
    },
    /// Failed and taken back by another commit.
    Reverted {
        /// Why it failed.
        reason: String,
        /// The commit that took it back.
        by: CommitId,
    },
    /// Somebody ended its deployment.
    Cancelled,
}

impl RolloutState {
    /// Whether the deployment no longer waits for it.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        match self {
            Self::Waiting | Self::Rolling | Self::Reverting { .. } => false,
            Self::Done | Self::Failed { .. } | Self::Superseded | Self::Reverted { .. } | Self::Cancelled => true,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
            Self::Reverted => "reverted",
            Self::Cancelled => "cancelled",
        })
    }
}
