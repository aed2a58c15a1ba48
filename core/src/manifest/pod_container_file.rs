//! One container of a pod file.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use super::EnvValue;
use super::check_file::{ExecAsk, ReadinessProtocol};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A container of a pod.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodContainer {
    /// Unique in the pod.
    #[schemars(required, length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What runs in it. Left out, what the image says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<PodExec>,
    /// What it takes of its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<PodResources>,
    /// Ports on which it can be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Vec<Endpoint>>,
    /// The image it is made of.
    #[schemars(required)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<PodImage>,
    /// Environment variables of this container; they win over the pod's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, EnvValue>>,
    /// The OS user of its process; wins over the pod's.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// How to tell that it works. An instance with a container that fails too often is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<PodHealthCheck>,
    /// Where it sees the volumes of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_mounts: Option<Vec<VolumeMount>>,
    /// Files to download before the start. Not supported yet.
    #[schemars(with = "Option<Vec<BTreeMap<String, Value>>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifacts: Option<Vec<Value>>,
    /// Notes about the container. Changing them restarts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// How it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// Give the process a terminal.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<bool>,
}

/// What runs in a container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodExec {
    /// `shell` or `argv`.
    pub command: super::check_file::ExecCommand,
    /// Whether the command stands in place of the image's entrypoint. With `false`, `argv` are its arguments.
    #[schemars(extend("default" = true))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub override_entrypoint: Option<bool>,
}

/// What a container takes of its agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PodResources {
    /// CPU shares; 1 is a whole core.
    #[schemars(range(min = 0, max = 100_000), extend("default" = 0.1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Memory in MiB. The container is killed when it uses more.
    #[schemars(range(min = 0, max = 1_000_000_000), extend("default" = 32))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem: Option<f64>,
    /// Disk space in MiB.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<f64>,
    /// Whole GPUs. Not supported in pods yet.
    #[schemars(range(min = 0, max = 1_000_000), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u32>,
}

/// A port on which a container can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Endpoint {
    /// Unique in the pod; names the variables `ENDPOINT_<NAME>` and is what health checks ask.
    #[schemars(required, length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The port inside the container; not on the host's own network. 0 means the same number as the host port.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<u16>,
    /// The port on the agent; 0 means any free one. On a named network a port without it is not published.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    /// `tcp`, `udp` or both.
    #[schemars(extend("default" = ["tcp"]))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Vec<EndpointProtocol>>,
    /// Notes about the endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// The networks this endpoint is for, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_names: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndpointProtocol {
    Tcp,
    Udp,
}

/// The image of a container.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodImage {
    /// `DOCKER` is the only kind that runs.
    #[schemars(extend("default" = "DOCKER"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ImageKind>,
    /// The image, as `docker pull` takes it.
    #[schemars(required, length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Pull the image before each start, even when the agent has it.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_pull: Option<bool>,
    /// Credentials for the registry. Not supported yet.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_config: Option<Value>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ImageKind {
    #[default]
    Docker,
    Appc,
}

/// How to tell that a container works: one of `http`, `tcp` and `exec`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodHealthCheck {
    /// Ask an endpoint over HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpEndpoint>,
    /// Connect to an endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<TcpEndpoint>,
    /// Run a command inside the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exec: Option<ExecAsk>,
    /// For so long after the start, failures before the first success are not counted.
    #[schemars(range(max = 31_536_000), extend("default" = 300))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_period_seconds: Option<u32>,
    /// The time between two checks.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 60))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<u32>,
    /// So many counted failures in a row and the instance is replaced; 0 means never.
    #[schemars(range(max = 1_000_000), extend("default" = 3))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_consecutive_failures: Option<u32>,
    /// How long an answer may take; less than the interval.
    #[schemars(range(min = 1, max = 31_536_000), extend("default" = 20))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u32>,
    /// The time before the first check.
    #[schemars(range(max = 31_536_000), extend("default" = 15))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_seconds: Option<u32>,
}

/// What to request, and where.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HttpEndpoint {
    /// The name of one of the pod's endpoints.
    pub endpoint: String,
    /// The path to request.
    #[schemars(extend("default" = "/"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// `HTTP` or `HTTPS`.
    #[schemars(extend("default" = "HTTP"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<ReadinessProtocol>,
}

/// Where to connect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TcpEndpoint {
    /// The name of one of the pod's endpoints.
    pub endpoint: String,
}

/// Where a container sees a volume of the pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct VolumeMount {
    /// The volume's name in the pod.
    pub name: String,
    /// An absolute path inside the container.
    #[schemars(length(min = 1))]
    pub mount_path: String,
    /// Whether writing fails inside this container.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// How a container ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Lifecycle {
    /// How long the container may take to end after it was asked to. The longest of a pod holds for all of it.
    #[schemars(range(min = 0, max = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kill_grace_period_seconds: Option<f64>,
}
