//! Marathon's events and their fields (marathon-v2, section 9), written once for all who read them.

use super::frame::Written;
use serde::Serialize;
use serde_json::Value;
use ship_core::model::{AgentId, AppId, DeploymentId, GroupId, TaskId};
use ship_core::protocol::marathon::{ActionStep, HealthDefinition, IpAddress, Moment};

/// What one event tells. Its name and its moment are added when it is written.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub(super) enum Message<'a> {
    ApiPost { client_ip: &'a str, uri: &'a str, app_definition: &'a Value },
    PodCreated { client_ip: &'a str, uri: &'a str },
    PodUpdated { client_ip: &'a str, uri: &'a str },
    PodDeleted { client_ip: &'a str, uri: &'a str },
    StatusUpdate(StatusUpdate<'a>),
    InstanceChanged(InstanceChanged<'a>),
    UnknownInstanceTerminated { instance_id: &'a str, run_spec_id: &'a str, condition: &'a str },
    InstanceHealthChanged { instance_id: &'a str, run_spec_id: &'a AppId, run_spec_version: Moment, healthy: bool },
    HealthStatusChanged { app_id: &'a AppId, instance_id: &'a str, version: Moment, alive: bool },
    FailedHealthCheck(FailedHealthCheck<'a>),
    UnhealthyInstanceKill(UnhealthyInstanceKill<'a>),
    AddHealthCheck { app_id: &'a AppId, health_check: HealthDefinition<'a>, version: Moment },
    RemoveHealthCheck { app_id: &'a AppId },
    AppTerminated { app_id: &'a AppId },
    GroupChangeSuccess { group_id: &'a GroupId, version: Moment },
    GroupChangeFailed { group_id: &'a str, version: Moment, reason: &'a str },
    DeploymentInfo { plan: Plan<'a>, current_step: &'a ActionStep<'a> },
    DeploymentStepSuccess { plan: Plan<'a>, current_step: &'a ActionStep<'a> },
    DeploymentStepFailure { plan: Plan<'a>, current_step: &'a ActionStep<'a> },
    DeploymentSuccess { id: &'a DeploymentId, plan: Plan<'a> },
    DeploymentFailed { id: &'a DeploymentId, plan: Plan<'a>, reason: &'a str },
    StreamAttached { remote_address: &'a str },
    StreamDetached { remote_address: &'a str },
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatusUpdate<'a> {
    pub(super) slave_id: &'a AgentId,
    pub(super) task_id: &'a TaskId,
    pub(super) task_status: &'static str,
    pub(super) message: &'a str,
    pub(super) app_id: &'a AppId,
    pub(super) host: &'a str,
    pub(super) ip_addresses: Vec<IpAddress<'a>>,
    pub(super) ports: Vec<u16>,
    pub(super) version: Moment,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InstanceChanged<'a> {
    pub(super) instance_id: &'a str,
    pub(super) condition: &'static str,
    pub(super) run_spec_id: &'a AppId,
    pub(super) agent_id: &'a AgentId,
    pub(super) host: &'a str,
    pub(super) run_spec_version: Moment,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FailedHealthCheck<'a> {
    pub(super) app_id: &'a AppId,
    /// The instance's id, as Marathon has it.
    pub(super) task_id: &'a str,
    pub(super) instance_id: &'a str,
    /// `None` where the task has several: agents tell their common verdict, and not which of them failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) health_check: Option<HealthDefinition<'a>>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnhealthyInstanceKill<'a> {
    pub(super) app_id: &'a AppId,
    pub(super) task_id: &'a TaskId,
    pub(super) instance_id: &'a str,
    pub(super) version: Moment,
    pub(super) reason: &'a str,
    pub(super) host: &'a str,
    pub(super) slave_id: &'a AgentId,
}

/// A deployment's steps; in the heavy form also the root groups before and after, which are empty: what is in them is to
/// be had from `/v2/groups`, and clients insist only on their being there (marathon-v2, section 10.4).
#[derive(Debug, Clone, Serialize)]
pub(super) struct Plan<'a> {
    pub(super) id: &'a DeploymentId,
    pub(super) version: Moment,
    pub(super) steps: &'a [ActionStep<'a>],
    #[serde(flatten)]
    pub(super) groups: Option<Groups>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Groups {
    original: RootGroup,
    target: RootGroup,
}

#[derive(Debug, Clone, Serialize)]
struct RootGroup {
    id: &'static str,
    apps: [(); 0],
    dependencies: [(); 0],
    groups: [(); 0],
    pods: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Moment>,
}

impl Groups {
    /// The version before a deployment is kept nowhere.
    fn around(version: Moment) -> Self {
        let group = |version| RootGroup { id: "/", apps: [], dependencies: [], groups: [], pods: [], version };
        Self { original: group(None), target: group(Some(version)) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(flatten)]
    message: &'a Message<'a>,
    event_type: &'static str,
    timestamp: Moment,
}

impl Message<'_> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::ApiPost { .. } => "api_post_event",
            Self::PodCreated { .. } => "pod_created_event",
            Self::PodUpdated { .. } => "pod_updated_event",
            Self::PodDeleted { .. } => "pod_deleted_event",
            Self::StatusUpdate(_) => "status_update_event",
            Self::InstanceChanged(_) => "instance_changed_event",
            Self::UnknownInstanceTerminated { .. } => "unknown_instance_terminated_event",
            Self::InstanceHealthChanged { .. } => "instance_health_changed_event",
            Self::HealthStatusChanged { .. } => "health_status_changed_event",
            Self::FailedHealthCheck(_) => "failed_health_check_event",
            Self::UnhealthyInstanceKill(_) => "unhealthy_instance_kill_event",
            Self::AddHealthCheck { .. } => "add_health_check_event",
            Self::RemoveHealthCheck { .. } => "remove_health_check_event",
            Self::AppTerminated { .. } => "app_terminated_event",
            Self::GroupChangeSuccess { .. } => "group_change_success",
            Self::GroupChangeFailed { .. } => "group_change_failed",
            Self::DeploymentInfo { .. } => "deployment_info",
            Self::DeploymentStepSuccess { .. } => "deployment_step_success",
            Self::DeploymentStepFailure { .. } => "deployment_step_failure",
            Self::DeploymentSuccess { .. } => "deployment_success",
            Self::DeploymentFailed { .. } => "deployment_failed",
            Self::StreamAttached { .. } => "event_stream_attached",
            Self::StreamDetached { .. } => "event_stream_detached",
        }
    }

    /// As JSON, in one line; twice where the two forms differ.
    pub(super) fn write(&self, at: Moment) -> Written {
        let heavy = self.heavy().map(|heavy| heavy.line(at));
        Written { name: self.name(), light: self.line(at), heavy }
    }

    fn line(&self, timestamp: Moment) -> String {
        let line = Line { message: self, event_type: self.name(), timestamp };
        serde_json::to_string(&line).expect("an event has string keys and writes to memory")
    }

    /// The other form; `None` if there is only one.
    fn heavy(&self) -> Option<Self> {
        let mut heavy = self.clone();
        heavy.plan()?.load();
        Some(heavy)
    }
}

impl<'a> Message<'a> {
    fn plan(&mut self) -> Option<&mut Plan<'a>> {
        match self {
            Self::DeploymentInfo { plan, .. }
            | Self::DeploymentStepSuccess { plan, .. }
            | Self::DeploymentStepFailure { plan, .. }
            | Self::DeploymentSuccess { plan, .. }
            | Self::DeploymentFailed { plan, .. } => Some(plan),
            Self::ApiPost { .. }
            | Self::PodCreated { .. }
            | Self::PodUpdated { .. }
            | Self::PodDeleted { .. }
            | Self::StatusUpdate(_)
            | Self::InstanceChanged(_)
            | Self::UnknownInstanceTerminated { .. }
            | Self::InstanceHealthChanged { .. }
            | Self::HealthStatusChanged { .. }
            | Self::FailedHealthCheck(_)
            | Self::UnhealthyInstanceKill(_)
            | Self::AddHealthCheck { .. }
            | Self::RemoveHealthCheck { .. }
            | Self::AppTerminated { .. }
            | Self::GroupChangeSuccess { .. }
            | Self::GroupChangeFailed { .. }
            | Self::StreamAttached { .. }
            | Self::StreamDetached { .. } => None,
        }
    }
}

impl Plan<'_> {
    fn load(&mut self) {
        self.groups = Some(Groups::around(self.version));
    }
}
