//! The plan as a value: shown by `shipctl plan`, promised to `apply`, carried out by the cluster.

use crate::model::{AppId, CommitId, Digest, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// An ordered change set. Nothing of it depends on the clock or on task ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The commit that is carried out now; `None` in a new cluster.
    pub base: Option<CommitId>,
    pub fingerprint: Fingerprint,
    /// Every app that changes, by id. Unchanged apps are not listed.
    pub changes: Vec<AppChange>,
    /// In order; the actions of one step go side by side.
    pub steps: Vec<Step>,
    /// What the scheduler would do with it now. No promise.
    pub forecast: Forecast,
    /// What the fingerprint stands for.
    pub inputs: Vec<AppInput>,
}

/// What a plan took for granted about an app that it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppInput {
    pub app: AppId,
    /// Of the definition it is to have; `None` = it goes.
    pub target: Option<Digest>,
    /// Its running tasks, by version.
    pub tasks: BTreeMap<Version, u32>,
}

/// A hash over base commit, target and the counts per version of the apps a plan touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppChange {
    pub app: AppId,
    pub action: ActionKind,
    pub instances_from: u32,
    pub instances_to: u32,
    pub fields: Vec<FieldChange>,
}

/// One field of an app file that differs, by its name there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    pub from: serde_json::Value,
    pub to: serde_json::Value,
    /// Whether running tasks must be replaced because of it.
    pub restart: bool,
}

/// What happens to an app as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    Create,
    /// Running tasks are replaced under `upgradeStrategy`.
    Restart,
    /// Only the number of instances.
    Scale,
    /// Applied in place; no task is touched.
    Update,
    Delete,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub app: AppId,
    pub action: ActionKind,
    pub instances: u32,
}

/// Where the tasks would go if the plan began now, and what would find no place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    pub placements: Vec<Placement>,
    pub shortages: Vec<Shortage>,
    /// Of each app that changes, by id.
    pub bounds: Vec<Bounds>,
}

/// Between which numbers an app moves on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    pub app: AppId,
    /// Ready tasks before.
    pub ready_now: u32,
    /// The fewest ready tasks at any moment.
    pub ready_min: u32,
    /// The most tasks at any moment, ending ones included.
    pub running_max: u32,
    /// Ready tasks at the end.
    pub ready_end: u32,
}

/// So many tasks of an app on one agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    pub app: AppId,
    pub host: String,
    pub tasks: u32,
}

/// So many tasks of an app that would stay pending, and why in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub app: AppId,
    pub tasks: u32,
    pub reason: String,
}

impl Plan {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "create",
            Self::Restart => "restart",
            Self::Scale => "scale",
            Self::Update => "update",
            Self::Delete => "delete",
        })
    }
}
