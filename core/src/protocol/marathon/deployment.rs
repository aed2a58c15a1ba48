//! A deployment under way (marathon-v2, section 5.6).

use super::scalar::Moment;
use super::standing::ReadinessResult;
use crate::model::{AppId, DeploymentId, Kind};
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
    /// The apps that it changes, removed ones too.
    pub affected_apps: Vec<&'a AppId>,
    /// The pods that it changes, removed ones too.
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
    /// By id.
    pub actions: Vec<AppAction<'a>>,
}

/// What happens to one app or pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AppAction<'a> {
    /// In Marathon's word.
    pub action: Action,
    /// To which one.
    #[serde(flatten)]
    pub of: Named<'a>,
}

/// The id of an app or a pod, under the name of what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Named<'a> {
    /// As `app`.
    App(&'a AppId),
    /// As `pod`.
    Pod(&'a AppId),
}

impl<'a> Named<'a> {
    /// By what it is.
    #[must_use]
    pub fn new(kind: Kind, id: &'a AppId) -> Self {
        match kind {
            Kind::App => Self::App(id),
            Kind::Pod => Self::Pod(id),
        }
    }

    /// Without what it is.
    #[must_use]
    pub fn id(self) -> &'a AppId {
        match self {
            Self::App(id) | Self::Pod(id) => id,
        }
    }
}

/// The words for what happens to an app or a pod.
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
    /// A new pod, still without instances.
    StartPod,
    /// All instances of a pod that goes.
    StopPod,
    /// As of an app.
    ScalePod,
    /// As of an app.
    RestartPod,
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
