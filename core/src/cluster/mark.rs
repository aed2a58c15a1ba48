//! A change that was given up, durably: a level-triggered cluster would otherwise begin it anew.

use crate::model::{DeploymentId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why an app is left as it is. Cleared when a newer change of the app begins, or by `resume`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Why the change was given up, as far as it decides what happens next.
    pub kind: MarkKind,
    /// Whose change of the app was given up; `None` if none carried it out any more.
    pub deployment: Option<DeploymentId>,
    /// When it was given up.
    pub at: Timestamp,
    /// For people; shown in the status.
    pub reason: String,
}

/// Who or what gave the change up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// The rollout failed.
    Held,
    /// The rollout failed, and the commit that takes the change back is on its way.
    Reverting,
    /// Somebody asked for it.
    Cancelled,
    /// A newer change is to take its place and waits for its dependencies. Until it begins, what was given up
    /// must not go on either.
    Overtaken,
}

impl Mark {
    /// What was given up stays so until the newer change begins.
    pub(super) fn overtaken(self) -> Self {
        Self { kind: MarkKind::Overtaken, ..self }
    }
}

impl MarkKind {
    /// As in the app's state and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Reverting => "reverting",
            Self::Cancelled => "cancelled",
            Self::Overtaken => "overtaken",
        }
    }
}

impl fmt::Display for MarkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
