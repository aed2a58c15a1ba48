//! One commit being carried out: which apps it changes and how far each of them is.

use super::Commit;
use crate::model::{AppId, DeploymentId, Timestamp};
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
}

/// One app's part of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollout {
    pub action: ActionKind,
    /// The step of the plan it belongs to, from 0.
    pub step: usize,
    pub state: RolloutState,
    /// The last time something got better; the progress deadline counts from here.
    pub last_progress: Timestamp,
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
}

impl RolloutState {
    #[must_use]
    pub fn has_ended(&self) -> bool {
        match self {
            Self::Waiting | Self::Rolling => false,
            Self::Done | Self::Failed { .. } | Self::Superseded => true,
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
        })
    }
}
