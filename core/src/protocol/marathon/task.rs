//! A task (marathon-v2, sections 7.1 and 7.2). Health is a verdict over all checks of a task, given by its agent: it is
//! one result, however many checks there are.

use super::definition::ServicePorts;
use super::scalar::Moment;
use crate::model::{AgentId, AppId, CheckResult, TaskId, TaskPort, VolumeId};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// In the words of Mesos; those that a task of ours can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub enum TaskState {
    /// Sent to its agent, or about to be.
    #[serde(rename = "TASK_STAGING")]
    Staging,
    /// Its process runs, as far as its agent has told.
    #[serde(rename = "TASK_RUNNING")]
    Running,
    /// Its agent was asked to stop it.
    #[serde(rename = "TASK_KILLING")]
    Killing,
    /// Its agent is away for longer than a link takes to come back.
    #[serde(rename = "TASK_UNREACHABLE")]
    Unreachable,
    /// Its process ended well.
    #[serde(rename = "TASK_FINISHED")]
    Finished,
    /// Its process ended badly, or its container was lost.
    #[serde(rename = "TASK_FAILED")]
    Failed,
    /// It was stopped because we wanted it to, or because its health checks failed.
    #[serde(rename = "TASK_KILLED")]
    Killed,
    /// Its agent could not start it.
    #[serde(rename = "TASK_ERROR")]
    Error,
}

/// One task of an app.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task<'a> {
    /// Never used twice.
    pub id: &'a TaskId,
    /// Whose instance it fills.
    pub app_id: &'a AppId,
    /// Its agent's host name.
    pub host: &'a str,
    /// Its agent.
    pub slave_id: &'a AgentId,
    /// How far it is.
    pub state: TaskState,
    /// Its app's.
    pub role: &'a str,
    /// On the host, in the order of the app's ports; those that are not published are left out.
    #[serde(serialize_with = "host_ports")]
    #[schemars(with = "Vec<u16>")]
    pub ports: &'a [TaskPort],
    /// Of the definition it was launched from; `None` where Marathon says nothing of them.
    #[serde(serialize_with = "numbers")]
    #[schemars(with = "Vec<u16>")]
    pub service_ports: Option<ServicePorts<'a>>,
    /// The container's own; in host mode it has none.
    #[serde(serialize_with = "one_or_none")]
    #[schemars(with = "Vec<IpAddress<'a>>")]
    pub ip_addresses: Option<IpAddress<'a>>,
    /// When its agent was chosen.
    pub staged_at: Moment,
    /// When it was first seen running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Moment>,
    /// Of the definition it was launched from.
    pub version: Moment,
    /// Its agent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<&'a str>,
    /// Its agent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<&'a str>,
    /// What its informing check found last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_result: Option<&'a CheckResult>,
    /// `None` = no verdict yet, or nothing checks its health.
    #[serde(serialize_with = "one_or_none")]
    #[schemars(with = "Vec<HealthResult<'a>>")]
    pub health_check_results: Option<HealthResult<'a>>,
    /// The space that its instance keeps.
    pub local_volumes: Vec<LocalVolume<'a>>,
}

impl Task<'_> {
    /// What its health checks say together; `None` = nothing yet.
    #[must_use]
    pub fn alive(&self) -> Option<bool> {
        self.health_check_results.map(|result| result.alive)
    }
}

/// An address of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IpAddress<'a> {
    ip_address: &'a str,
    protocol: &'static str,
}

impl<'a> IpAddress<'a> {
    /// Without its kind.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.ip_address
    }

    /// IPv6 is told by its colons.
    #[must_use]
    pub fn of(address: &'a str) -> Self {
        Self { ip_address: address, protocol: if address.contains(':') { "IPv6" } else { "IPv4" } }
    }
}

/// What the health checks of a task say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthResult<'a> {
    /// Whether all of them agree that it works.
    pub alive: bool,
    /// The agent counts; the verdict falls at the app's `maxConsecutiveFailures`.
    pub consecutive_failures: u32,
    /// When they came to agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_success: Option<Moment>,
    /// Probes are not told one by one: the last success that is known for certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Moment>,
    /// When one of them had failed as often as it may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Moment>,
    /// Whose.
    pub instance_id: &'a str,
    /// What the failing check saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_cause: Option<&'a str>,
}

/// Space that an instance keeps on an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocalVolume<'a> {
    /// The app.
    pub run_spec_id: &'a AppId,
    /// As the app file has it.
    pub container_path: &'a str,
    /// Names the space; volumes of one instance have it in common.
    pub uuid: &'a VolumeId,
    /// As the engine knows it.
    pub persistence_id: String,
}

/// A task's id without its app's part: Marathon numbers the attempts of an instance, ours are one each.
#[must_use]
pub fn instance_of(task: &TaskId) -> &str {
    task.as_str().split("._").next().unwrap_or_default()
}

fn host_ports<S: Serializer>(ports: &[TaskPort], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ports.iter().filter_map(|port| port.host))
}

fn numbers<S: Serializer>(ports: &Option<ServicePorts<'_>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(ports.iter().flat_map(|ports| ports.iter().map(|(_, number)| number)))
}

fn one_or_none<T: Serialize, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(value)
}
