//! The `container` of an app file.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use super::PortMapping;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The container of an app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Container {
    /// `DOCKER` runs an image with the Docker Engine. `MESOS` is not supported yet.
    #[schemars(extend("default" = "DOCKER"))]
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ContainerKind>,
    /// The image and how the engine runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker: Option<Docker>,
    /// Ports of the container on a bridge or named network. `[]` means none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_mappings: Option<Vec<PortMapping>>,
    /// Folders mounted into the container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<VolumeFile>>,
    /// Settings of the Mesos containerizer. Not supported.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_info: Option<Value>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContainerKind {
    #[default]
    Docker,
    Mesos,
}

/// The image of a container and how the engine runs it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Docker {
    /// The image, as `docker pull` takes it.
    #[schemars(required, length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Pull the image before each start, even when the agent has it.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_pull_image: Option<bool>,
    /// Give the container all rights of its host.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Further options of `docker run`, as key and value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<ParameterFile>>,
    /// Credentials for the registry. Not supported yet.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_config: Option<Value>,
    /// Out of date; not supported.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<Value>,
    /// Old form of `networks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<DockerNetwork>,
    /// Old place of `container.portMappings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_mappings: Option<Vec<PortMapping>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum DockerNetwork {
    Host,
    Bridge,
    User,
    None,
}

/// An option of `docker run`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ParameterFile {
    /// The option's name, without dashes.
    #[schemars(length(min = 1))]
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A folder in the container. `hostPath` makes it a folder of the agent's machine; the other kinds are not
/// supported yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct VolumeFile {
    /// The absolute path inside the container.
    #[schemars(required, length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<String>,
    /// The absolute path on the agent's machine.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_path: Option<String>,
    /// `RO` for reading only, or `RW`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<VolumeModeFile>,
    /// Space that outlives the task: each instance has its own, and stays on the agent that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<PersistentFile>,
    /// Space of a storage provider. Not supported yet.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<Value>,
    /// A secret as a file. Not supported yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Space that outlives a task.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PersistentFile {
    /// `root`: on the disk that the agent's engine uses. `path` and `mount` are not supported.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<DiskKind>,
    /// In MiB; counted as disk by the scheduler.
    #[schemars(required, extend("exclusiveMinimum" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
    /// For `mount` disks only. Not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<f64>,
    /// For disks of a storage provider. Not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// Which disk. Not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Vec<Vec<String>>>,
}

/// Where space is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiskKind {
    Root,
    Path,
    Mount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum VolumeModeFile {
    Ro,
    Rw,
}
