//! What a task runs: the part of an app that a running task can notice.

use super::{Companion, Mount, NetworkMode, PersistentVolume, PortSpec, Resources, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything about an app that reaches into its containers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSpec {
    /// Which image, and whether to pull it each time; the latter replaces no task.
    pub image: Image,
    /// What of the image is started.
    pub command: Command,
    /// The app's own variables; a task's hold those that Marathon promises besides.
    pub env: BTreeMap<String, String>,
    /// The OS user inside the container, as the image knows it.
    pub user: Option<String>,
    /// Of each task: what the scheduler counts, and what the engine is given.
    pub resources: Resources,
    /// How it is connected; decides what `ports` mean.
    pub network: NetworkMode,
    /// In the order of the file: `PORT0` is the first.
    pub ports: Vec<PortSpec>,
    /// Host mode only: take the declared ports themselves rather than any from the agent's range.
    pub require_ports: bool,
    /// Folders of the agent's machine, in the order of the file.
    pub volumes: Vec<Volume>,
    /// Space that outlives the task, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persistent: Vec<PersistentVolume>,
    /// Of the space that a pod's containers share, by the volume's name in the pod.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mounts: Vec<Mount>,
    /// `docker run --privileged`: the container may do what root on the machine may.
    pub privileged: bool,
    /// Passed on to the engine as `docker run --key=value` would be.
    pub parameters: Vec<Parameter>,
    /// Whether the container gets a terminal.
    pub tty: bool,
    /// In a pod the containers beside the one described here, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<Companion>,
}

impl RunSpec {
    /// What one instance holds of its agent: the resources of all its containers, its persistent volumes counted as
    /// disk.
    #[must_use]
    pub fn held(&self) -> Resources {
        let sizes = self.persistent.iter().fold(Scalar::ZERO, |sum, volume| sum + volume.size);
        let own = Resources { disk: self.resources.disk + sizes, ..self.resources };
        self.companions.iter().fold(own, |sum, companion| sum + companion.resources)
    }

    /// Of each container by itself, in the order of the file.
    pub fn resources_of_containers(&self) -> impl Iterator<Item = Resources> {
        std::iter::once(self.resources).chain(self.companions.iter().map(|companion| companion.resources))
    }
}

/// The image of a container, and when to fetch it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// As written in the app file; resolved by the engine.
    pub name: String,
    /// Pull before each start, even when the agent has it.
    pub force_pull: bool,
}

impl Image {
    /// The name in the form that engines list their images by: without the default registry, with a tag.
    #[must_use]
    pub fn reference(name: &str) -> String {
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        let name = name.strip_prefix("library/").unwrap_or(name);
        let last = name.rsplit('/').next().unwrap_or(name);
        match last.contains([':', '@']) {
            true => name.to_owned(),
            false => format!("{name}:latest"),
        }
    }
}

/// How the container's process is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// `cmd`: run by `/bin/sh -c`, in place of the image's entrypoint.
    Shell(String),
    /// `args`: arguments to the image's entrypoint.
    Args(Vec<String>),
    /// A pod's `argv`: a program and its arguments, in place of the image's entrypoint.
    Program(Vec<String>),
    /// Neither: what the image says.
    Image,
}

/// One option of `docker run`, as an app file states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// May have dashes in front; [`Parameter::name`] is without. One of [`PARAMETER_KEYS`].
    pub key: String,
    /// What stands behind the `=`; its form is the option's own.
    pub value: String,
}

/// A folder of the agent's machine, mounted into the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Volume {
    /// Where the container sees it.
    pub container_path: String,
    /// Where it is on the agent's machine.
    pub host_path: String,
    /// Whether the container may write there.
    pub mode: VolumeMode,
}

/// What a container may do with a volume, in Marathon's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VolumeMode {
    /// Writing fails inside the container.
    #[serde(rename = "RO")]
    ReadOnly,
    /// What it writes stays on the machine.
    #[serde(rename = "RW")]
    ReadWrite,
}

/// Every key that a [`Parameter`] may have: those of `docker run` that leave the container in our hands
/// (no restart policies, names, published ports).
pub const PARAMETER_KEYS: [&str; 43] = [
    "add-host",
    "cap-add",
    "cap-drop",
    "cgroup-parent",
    "cpu-period",
    "cpu-quota",
    "cpu-shares",
    "cpus",
    "cpuset-cpus",
    "cpuset-mems",
    "device",
    "device-cgroup-rule",
    "dns",
    "dns-option",
    "dns-search",
    "domainname",
    "entrypoint",
    "env",
    "group-add",
    "hostname",
    "init",
    "ipc",
    "label",
    "log-driver",
    "log-opt",
    "memory-reservation",
    "memory-swap",
    "memory-swappiness",
    "oom-score-adj",
    "pid",
    "pids-limit",
    "read-only",
    "runtime",
    "security-opt",
    "shm-size",
    "stop-signal",
    "storage-opt",
    "sysctl",
    "tmpfs",
    "ulimit",
    "userns",
    "volume",
    "workdir",
];

impl Parameter {
    /// The key as it is listed, however many dashes stand before it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.trim_start_matches('-')
    }
}
