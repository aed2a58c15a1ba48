//! A pod file as it is written: several containers of one instance (marathon-v2, section 8.9). The doc comments
//! become the descriptions of `schemas/pod.schema.json`, which editors show.

use super::{EnvValue, Network, PodContainer, SecretSource, UnreachableFile, UpgradeFile};
use crate::model::KillSelection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A pod: containers that run beside each other on one agent, share a network, and live and die together. `null`
/// means the same as leaving a field out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Pod", deny_unknown_fields)]
pub struct PodFile {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The pod's path. `web` in the folder `shop` is `/shop/web`; a leading `/` makes it absolute. Each segment
    /// has lower-case letters, digits, `-` and `.`.
    #[schemars(required, length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Notes about the pod, for load balancers and people. Changing them restarts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Set by the server; ignored in files, where git keeps the versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The OS user of containers that name none themselves.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Environment variables of all containers. Values are texts: write numbers in quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, EnvValue>>,
    /// The containers, in the order of their starts. The first one owns the network that all of them share.
    #[schemars(length(min = 1))]
    #[serde(default)]
    pub containers: Vec<PodContainer>,
    /// Secrets by name. Not supported yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<BTreeMap<String, SecretSource>>,
    /// Space that containers share, by name; containers mount it with `volumeMounts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<Vec<PodVolume>>,
    /// How the pod is connected: one `host`, one `container/bridge` or one `container` entry. Without it the host's
    /// own network is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Network>>,
    /// How many instances to keep running.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Where instances run, and how they are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling: Option<Scheduling>,
    /// What Marathon's executor of pods takes. Ignored: no executor stands between an agent and its containers.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor_resources: Option<Value>,
    /// Agents may keep a share of themselves for the apps and pods of one role: `--resources "cpus(prod):8"`.
    #[schemars(length(min = 1), extend("default" = "*"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Another text replaces all instances, though nothing else changed: `shipctl restart` writes the moment.
    #[schemars(length(min = 1, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarted_at: Option<String>,
}

/// Space that the containers of a pod share.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodVolume {
    /// The name by which containers mount it.
    #[schemars(required, length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A folder of the agent's machine. Without it the space is empty at the start, and goes with the instance.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Space that outlives the instance. Not supported yet.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent: Option<Value>,
    /// A secret as a file. Not supported yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// How many instances there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scaling {
    /// `fixed` is the only kind.
    #[schemars(extend("default" = "fixed"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ScalingKind>,
    /// How many instances to keep running. 0 suspends the pod.
    #[schemars(range(min = 0, max = 1_000_000), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own word needs none there")]
pub enum ScalingKind {
    #[default]
    Fixed,
}

/// Where instances run, and how they are replaced.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Scheduling {
    /// How long to wait after an instance failed before the next is started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<PodBackoff>,
    /// How many instances may be missing or in excess while a new version is rolled out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade: Option<UpgradeFile>,
    /// Which agents an instance may run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<PodPlacement>,
    /// Which instances go first when the pod is scaled down.
    #[schemars(with = "Option<super::app_file::KillSelectionName>", extend("default" = "YOUNGEST_FIRST"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kill_selection: Option<KillSelection>,
    /// When to replace instances whose agent cannot be reached, or `"disabled"` to wait for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_strategy: Option<UnreachableFile>,
}

/// The pause before a start that follows failures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodBackoff {
    /// The first pause, in seconds.
    #[schemars(range(min = 0, max = 31_536_000), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff: Option<u32>,
    /// By how much each further failure lengthens the pause.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 1.15))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_factor: Option<f64>,
    /// The longest pause, in seconds.
    #[schemars(range(min = 0, max = 31_536_000), extend("default" = 300))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_launch_delay: Option<u32>,
}

/// Which agents an instance may run on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodPlacement {
    /// All of them must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Vec<PodConstraint>>,
    /// Whose shares of agents the pod may use: `*` is what is kept for nobody, and the other is its own `role`. Empty
    /// or left out, it may use both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_resource_roles: Option<Vec<String>>,
}

/// A placement rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PodConstraint {
    /// `hostname`, `@zone`, `@region` or an agent attribute.
    pub field_name: String,
    /// UNIQUE, CLUSTER, GROUP_BY, LIKE, UNLIKE, MAX_PER or IS.
    pub operator: String,
    /// What the operator compares with, where it takes something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
