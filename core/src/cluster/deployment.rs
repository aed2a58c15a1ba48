//! One commit being carried out: which apps it changes and how far each of them is.

use super::Commit;
use crate::model::{AppId, CommitId, DeploymentId, Timestamp};
use crate::plan::ActionKind;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub id: DeploymentId,
    pub commit: Commit,
    pub started: Timestamp,
    pub ended: Option<Timestamp>,
    pub outcome: Outcome,
    /// So many of its rollouts have not ended.
    pub left: u32,
    /// So many of those left are no stops.
    pub starts_left: u32,
    pub apps: OrdMap<AppId, Rollout>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Running,
    Succeeded,
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
    #[must_use]
    pub fn has_ended(self) -> bool {
        match self {
            Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Superseded | Self::Reverted | Self::Cancelled => true,
        }
    }
}

/// One app's part of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    pub action: ActionKind,
    /// The step of the plan it belongs to, from 0.
    pub step: usize,
    pub state: RolloutState,
    /// When what it waits for was there.
    pub began: Option<Timestamp>,
    pub ended: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum RolloutState {
    /// For apps of earlier steps.
    Waiting,
    Rolling,
    Done,
    Failed {
        reason: String,
    },
    Superseded,
    /// Failed; the commit that takes it back is on its way.
    Reverting {
        reason: String,
    },
    /// Failed and taken back by another commit.
    Reverted {
        reason: String,
        by: CommitId,
    },
    Cancelled,
}

impl RolloutState {
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
