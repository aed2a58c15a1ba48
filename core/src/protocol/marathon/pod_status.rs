//! How a pod stands, down to its containers (marathon-v2, section 8.9).

use super::pod::Pod;
use super::scalar::Moment;
use super::task::TaskState;
use crate::model::{AgentId, AppId, Resources};
use schemars::JsonSchema;
use serde::Serialize;

/// A pod and all its instances.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodStatus<'a> {
    /// Its path.
    pub id: &'a AppId,
    /// As it is wanted.
    pub spec: Pod,
    /// How it stands as a whole.
    pub status: PodState,
    /// The latest moment at which one of its instances came to stand as it does.
    pub status_since: Moment,
    /// Why its last instance failed, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<&'a str>,
    /// By id.
    pub instances: Vec<InstanceStatus<'a>>,
    /// The last instance that failed; earlier ones are not kept.
    pub termination_history: Vec<Termination<'a>>,
    /// When this was so.
    pub last_updated: Moment,
    /// As `statusSince`.
    pub last_changed: Moment,
}

/// How a pod stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum PodState {
    /// As many instances as wanted work, all of the wanted definition.
    Stable,
    /// Some are missing, old, or do not work.
    Degraded,
    /// It is not wanted any more, and some instances are still there.
    Terminal,
}

/// How an instance, or a container of it, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum InstanceState {
    /// On its way to its agent, or its health is not known yet.
    Staging,
    /// It runs, and nothing says that it does not work.
    Stable,
    /// A health check says that it does not work, or its agent is out of reach.
    Degraded,
    /// It was asked to stop.
    Terminal,
}

/// One instance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstanceStatus<'a> {
    /// Its task's, without the part that names an app's only container.
    pub id: &'a str,
    /// How it stands.
    pub status: InstanceState,
    /// Since when.
    pub status_since: Moment,
    /// Always empty: its state says all.
    pub conditions: [(); 0],
    /// Of its agent.
    pub agent_hostname: &'a str,
    /// Its agent.
    pub agent_id: &'a AgentId,
    /// Its agent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_region: Option<&'a str>,
    /// Its agent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_zone: Option<&'a str>,
    /// What all its containers take.
    pub resources: Resources,
    /// The network that its containers share; none on the host's own.
    pub networks: Vec<NetworkStatus<'a>>,
    /// In the order of the file.
    pub containers: Vec<ContainerStatus>,
    /// Where the definition is to be had that it was launched from.
    pub spec_reference: String,
    /// When this was so.
    pub last_updated: Moment,
    /// As `statusSince`.
    pub last_changed: Moment,
}

/// A network of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NetworkStatus<'a> {
    /// `None` = the engine's bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The instance's own there.
    pub addresses: Vec<&'a str>,
}

/// One container of an instance. All live and die together: its state is the instance's.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    /// Unique in the pod.
    pub name: String,
    /// The instance's id and the name.
    pub container_id: String,
    /// How it stands, in the words of Mesos.
    pub status: TaskState,
    /// Since when.
    pub status_since: Moment,
    /// Always empty: its state says all.
    pub conditions: [(); 0],
    /// In the order of the file.
    pub endpoints: Vec<EndpointStatus>,
    /// Its own.
    pub resources: Resources,
    /// When this was so.
    pub last_updated: Moment,
    /// As `statusSince`.
    pub last_changed: Moment,
}

/// A port on which a container can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndpointStatus {
    /// Unique in the pod.
    pub name: String,
    /// On the agent; `None` = not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_host_port: Option<u16>,
    /// What the instance's checks say together, where one asks this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
}

/// The end of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Termination<'a> {
    /// Which one it was.
    #[serde(rename = "instanceID")]
    pub instance_id: &'a str,
    /// When the cluster heard of it.
    pub terminated_at: Moment,
    /// For people; names the container that ended first.
    pub message: &'a str,
    /// Always empty: the message says which one ended.
    pub containers: [(); 0],
}
