//! The plan as a value: shown by `shipctl plan`, promised to `apply`, carried out by the cluster.

use crate::model::{AppId, CommitId, Digest, Kind, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// An ordered change set. Nothing of it depends on the clock or on task ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The commit that is carried out now; `None` in a new cluster.
    pub base: Option<CommitId>,
    /// Stands for `base` and `inputs`: who applies the plan promises it, and is refused if it is another by then.
    pub fingerprint: Fingerprint,
    /// Every app that changes, by id. Unchanged apps are not listed.
    pub changes: Vec<AppChange>,
    /// In order; the actions of one step go side by side.
    pub steps: Vec<Step>,
    /// What the scheduler would do with it now. No promise.
    pub forecast: Forecast,
    /// What an app that changes asks for and no agent has, by app.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// What the fingerprint stands for.
    pub inputs: Vec<AppInput>,
}

/// What a plan took for granted about an app that it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppInput {
    /// Which changes, and so is looked at again before the plan is carried out.
    pub app: AppId,
    /// Of the definition it is to have; `None` = it goes.
    pub target: Option<Digest>,
    /// Its running tasks, by version.
    pub tasks: BTreeMap<Version, u32>,
}

/// A hash over base commit, target and the counts per version of the apps a plan touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// One app that a plan changes, as a whole and field by field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppChange {
    /// In only one of the two states if it is created or deleted.
    pub app: AppId,
    /// What it is after the change; where it is deleted, what it was.
    #[serde(default, skip_serializing_if = "Kind::is_app")]
    pub kind: Kind,
    /// What the change means for the app's tasks.
    pub action: ActionKind,
    /// As wanted before; 0 for an app that is new.
    pub instances_from: u32,
    /// As wanted now; 0 for one that goes.
    pub instances_to: u32,
    /// Those that replace tasks first; empty where the app is created or deleted.
    pub fields: Vec<FieldChange>,
}

/// One field of an app file that differs, by its name there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldChange {
    /// Such as `env.PATH` or `ports[0].hostPort`.
    pub field: String,
    /// As in the file, defaults filled in; null = was not there.
    pub from: serde_json::Value,
    /// As in the file, defaults filled in; null = is not there any more.
    pub to: serde_json::Value,
    /// Whether running tasks must be replaced because of it.
    pub restart: bool,
}

/// What happens to an app as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    /// The app was not wanted before.
    Create,
    /// Running tasks are replaced under `upgradeStrategy`.
    Restart,
    /// Only the number of instances.
    Scale,
    /// Applied in place; no task is touched.
    Update,
    /// The app is not wanted any more; its tasks stop after those that depend on it.
    Delete,
}

/// Changes that may go on side by side, since none of them waits for another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// By app id, and one for each.
    pub actions: Vec<Action>,
}

/// One app's part in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// Which one changes.
    pub app: AppId,
    /// As in its [`AppChange`].
    #[serde(default, skip_serializing_if = "Kind::is_app")]
    pub kind: Kind,
    /// As in its [`AppChange`].
    pub action: ActionKind,
    /// How many there are to be; where it is deleted, how many there were.
    pub instances: u32,
}

/// Where the tasks would go if the plan began now, and what would find no place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// By app, then by host; only tasks that the plan starts.
    pub placements: Vec<Placement>,
    /// Of apps whose rollout fails in the forecast, by id.
    pub shortages: Vec<Shortage>,
    /// Of each app that changes, by id.
    pub bounds: Vec<Bounds>,
}

/// Between which numbers an app moves on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    /// Which the numbers are of.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placement {
    /// Whose tasks they are.
    pub app: AppId,
    /// The agent's host name.
    pub host: String,
    /// Launched there in the course of the forecast.
    pub tasks: u32,
}

/// So many tasks of an app that would stay pending, and why in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shortage {
    /// Whose tasks they are.
    pub app: AppId,
    /// Instances that are not of the wanted configuration when the rollout fails, though older ones may run in their
    /// place; 0 where what is to go does not stop.
    pub tasks: u32,
    /// The scheduler's, for people.
    pub reason: String,
}

/// Something of an app that is accepted, and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// Which app's definition is meant.
    pub app: AppId,
    /// For people, on one line.
    pub text: String,
}

impl Plan {
    /// Whether nothing changes; carrying it out then makes no deployment.
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
