//! An app file as it is written: every field, in its canonical and its old forms. The doc comments become
//! the descriptions of `schemas/app.schema.json`, which editors show.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use super::{
    Container, HealthCheckFile, IpAddress, Network, PortDefinition, ReadinessCheck, TaskCheck, UnreachableFile,
    UpgradeFile,
};
use crate::model::KillSelection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// An app: what runs, how many of it, and under which conditions. `null` means the same as leaving a field
/// out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "App", deny_unknown_fields)]
pub struct AppFile {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The app's path. `web` in the folder `shop` is `/shop/web`; a leading `/` makes it absolute. Each segment
    /// has lower-case letters, digits, `-` and `.`.
    #[schemars(required, length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A command line for `/bin/sh -c` inside the container. Give this, `args`, or neither to run what the
    /// image says.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cmd: Option<String>,
    /// Arguments for the image's entrypoint; no shell is involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Vec<String>>,
    /// How many tasks to keep running. 0 suspends the app.
    #[schemars(range(min = 0, max = 1_000_000), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// CPU shares of one task; 1 is a whole core.
    #[schemars(range(min = 0, max = 100_000), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<f64>,
    /// Memory of one task in MiB. The task is killed when it uses more.
    #[schemars(range(min = 0, max = 1_000_000_000), extend("default" = 128))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem: Option<f64>,
    /// Disk space of one task in MiB.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<f64>,
    /// Whole GPUs of one task, for itself alone. Agents have those of the engine's NVIDIA runtime.
    #[schemars(range(min = 0, max = 1_000_000), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u32>,
    /// Hard limits above what `cpus` and `mem` reserve. Checked and kept, not applied yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_limits: Option<ResourceLimits>,
    /// Resources of a custom executor. Without one they mean nothing.
    #[schemars(with = "Option<BTreeMap<String, f64>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor_resources: Option<Value>,
    /// A custom Mesos executor; only the empty text and `//cmd` (both mean none) are supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor: Option<String>,
    /// The OS user of the process inside the container.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Environment variables. Values are texts: write numbers in quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, EnvValue>>,
    /// Secrets by name. Not supported yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<BTreeMap<String, SecretSource>>,
    /// Notes about the app, for load balancers and people. Changing them restarts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Whose shares of agents the app may use: `*` is what is kept for nobody, and the other is its own `role`. Left
    /// out, it may use both.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_resource_roles: Option<Vec<String>>,
    /// Agents may keep a share of themselves for the apps of one role: `--resources "cpus(prod):8"`.
    #[schemars(length(min = 1), extend("default" = "*"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Placement rules, each `[field, OPERATOR, value]`: which agents a task may run on. The field is
    /// `hostname`, `@zone`, `@region` or an agent attribute; operators are UNIQUE, CLUSTER, GROUP_BY, LIKE,
    /// UNLIKE, MAX_PER and IS.
    #[schemars(inner(length(min = 2, max = 3)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Vec<Vec<String>>>,
    /// The container to run the app in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Container>,
    /// How the containers are connected: one `host`, one `container/bridge` or one `container` entry. Without
    /// it the host's own network is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networks: Option<Vec<Network>>,
    /// Ports of an app on the host's network. `[]` means none; left out means one port that is chosen for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port_definitions: Option<Vec<PortDefinition>>,
    /// Take the numbers in `portDefinitions` on the agent itself, rather than any free ones.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_ports: Option<bool>,
    /// Files to download before the start. Not supported yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch: Option<Vec<Fetch>>,
    /// How to tell that a running task works. A task that fails too often is replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_checks: Option<Vec<HealthCheckFile>>,
    /// A check whose result is shown and decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<TaskCheck>,
    /// How to tell that a new task may take traffic: asked from its start until the answer is yes. At most one.
    #[schemars(length(max = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_checks: Option<Vec<ReadinessCheck>>,
    /// Apps or groups that must be up before this app is started; absolute, or relative to the app's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<String>>,
    /// How long to wait after a task failed before the next is started.
    #[schemars(range(min = 0, max = 31_536_000), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_seconds: Option<u32>,
    /// By how much each further failure lengthens the wait.
    #[schemars(range(min = 1, max = 1_000_000), extend("default" = 1.15))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_factor: Option<f64>,
    /// The longest wait between two starts.
    #[schemars(range(min = 0, max = 31_536_000), extend("default" = 300))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_launch_delay_seconds: Option<u32>,
    /// How long a task may take to end after it was asked to, before it is killed.
    #[schemars(range(min = 0, max = 31_536_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_kill_grace_period_seconds: Option<u32>,
    /// How many tasks may be missing or in excess while a new version is rolled out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_strategy: Option<UpgradeFile>,
    /// Which tasks go first when the app is scaled down.
    #[schemars(with = "Option<KillSelectionName>", extend("default" = "YOUNGEST_FIRST"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kill_selection: Option<KillSelection>,
    /// When to replace tasks whose agent cannot be reached, or `"disabled"` to wait for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable_strategy: Option<UnreachableFile>,
    /// Another text replaces all tasks of the app, though nothing else changed: `shipctl restart` writes the moment.
    #[schemars(length(min = 1, max = 100))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarted_at: Option<String>,
    /// Give the process a terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tty: Option<bool>,
    /// Out of date; has no effect.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residency: Option<Value>,
    /// Set by the server; ignored in files, where git keeps the versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Set by the server; ignored in files.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_info: Option<Value>,
    /// Old form of `portDefinitions`: port numbers alone.
    #[schemars(inner(range(max = 65535)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<Vec<u16>>,
    /// Old form of `fetch`. Not supported yet unless empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uris: Option<Vec<String>>,
    /// Old form of `networks` with a name and ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<IpAddress>,
}

/// The value of an environment variable: a text, or a secret by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(deny_unknown_fields)]
pub enum EnvValue {
    Text(String),
    Secret {
        /// A name from `secrets`. Not supported yet.
        secret: String,
    },
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SecretSource {
    /// The secret's path in its store.
    pub source: String,
}

/// Hard limits, each at least the request, or `"unlimited"`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ResourceLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<Limit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem: Option<Limit>,
}

/// A number, or no limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Limit {
    Amount(#[schemars(range(min = 0))] f64),
    Word(Unlimited),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unlimited {
    Unlimited,
}

/// A file to download into the sandbox before the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct Fetch {
    /// Where it is.
    #[schemars(length(min = 1, max = 1024))]
    pub uri: String,
    /// Unpack it if it is an archive.
    #[schemars(extend("default" = true))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract: Option<bool>,
    /// Make it executable.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executable: Option<bool>,
    /// Keep it for the next task.
    #[schemars(extend("default" = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<bool>,
    /// Its name in the sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dest_path: Option<String>,
}

/// The words of [`KillSelection`], which knows nothing of schemas.
#[derive(JsonSchema)]
#[schemars(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum KillSelectionName {
    YoungestFirst,
    OldestFirst,
}
