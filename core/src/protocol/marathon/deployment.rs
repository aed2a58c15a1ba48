//! A deployment under way (marathon-v2, section 5.6).

use super::scalar::Moment;
use super::standing::ReadinessResult;
use crate::model::{AppId, DeploymentId};
use schemars::JsonSchema;
use serde::Serialize;

/// One commit being carried out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentInfo<'a> {
    /// The id of its commit.
    pub id: &'a DeploymentId,
    /// Of every app that it changes.
    pub version: Moment,
    /// All that it changes, removed ones too.
    pub affected_apps: Vec<&'a AppId>,
    /// Those among them that are pods; clients insist on the field.
    pub affected_pods: Vec<&'a AppId>,
    /// In order; the actions of one go side by side.
    pub steps: Vec<ActionStep<'a>>,
    /// Those of the current step.
    pub current_actions: Vec<CurrentAction<'a>>,
    /// Counted from 1.
    pub current_step: usize,
    /// How many there are.
    pub total_steps: usize,
}

/// Changes that go side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActionStep<'a> {
    /// By app.
    pub actions: Vec<AppAction<'a>>,
}

/// What happens to one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AppAction<'a> {
    /// In Marathon's word.
    pub action: Action,
    /// To which app.
    pub app: &'a AppId,
}

/// The words for what happens to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum Action {
    /// A new app, still without instances.
    StartApplication,
    /// All tasks of an app that goes.
    StopApplication,
    /// Tasks are started or stopped until there are as many as wanted.
    ScaleApplication,
    /// Tasks are replaced.
    RestartApplication,
}

/// An action of the current step, and how its new tasks are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CurrentAction<'a> {
    /// The action.
    #[serde(flatten)]
    pub action: AppAction<'a>,
    /// Of tasks with a readiness check.
    pub readiness_check_results: Vec<ReadinessResult<'a>>,
}
