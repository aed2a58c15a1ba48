//! An app as it is defined: everything but how it stands (marathon-v2, sections 1.1 and 1.3).

use super::checks::{HealthChecks, Inform, Readiness};
use super::container::Container;
use super::network::{Network, PortDefinitions};
use super::policy::{Residency, Unreachable, Upgrade};
use super::scalar::{Moment, Number};
use crate::manifest;
use crate::model::{
    AppId, AppSpec, Command, Constraint, GroupId, KillSelection, NetworkMode, PortSpec, Scalar, Version,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What POST answers, what `/versions/{version}` answers, and the beginning of every other app. What only we know is
/// not in it: the labels `ship.*` are labels, and `restartedAt` is for those who read the file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Definition<'a> {
    id: &'a AppId,
    #[serde(skip_serializing_if = "Option::is_none")]
    cmd: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    args: &'a [String],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    accepted_resource_roles: &'a BTreeSet<String>,
    backoff_factor: Number,
    backoff_seconds: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<manifest::TaskCheck>")]
    check: Option<Inform<'a>>,
    #[serde(skip_serializing_if = "<[Constraint]>::is_empty")]
    #[schemars(with = "Vec<Vec<String>>")]
    constraints: &'a [Constraint],
    #[schemars(with = "manifest::Container")]
    container: Container<'a>,
    cpus: Scalar,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    dependencies: &'a BTreeSet<GroupId>,
    disk: Scalar,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    env: &'a BTreeMap<String, String>,
    executor: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    executor_resources: Option<&'a Value>,
    gpus: u32,
    #[serde(skip_serializing_if = "HealthChecks::is_empty")]
    #[schemars(with = "Vec<manifest::HealthCheckFile>")]
    health_checks: HealthChecks<'a>,
    instances: u32,
    kill_selection: KillSelection,
    labels: &'a BTreeMap<String, String>,
    max_launch_delay_seconds: Number,
    mem: Scalar,
    #[schemars(with = "Vec<manifest::Network>")]
    networks: [Network<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<manifest::PortDefinition>>")]
    port_definitions: Option<PortDefinitions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<manifest::ReadinessCheck>>")]
    readiness_checks: Option<[Readiness<'a>; 1]>,
    require_ports: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    residency: Option<Residency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_limits: Option<&'a Value>,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_kill_grace_period_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tty: Option<bool>,
    #[schemars(with = "manifest::UnreachableFile")]
    unreachable_strategy: Unreachable,
    #[schemars(with = "manifest::UpgradeFile")]
    upgrade_strategy: Upgrade,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    version: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_info: Option<VersionInfo>,
}

/// The versions of an app's last changes of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// Of the number of instances, or of anything that replaced tasks.
    pub last_scaling_at: Moment,
    /// Of anything but the number of instances.
    pub last_config_change_at: Moment,
}

/// Service ports by port index: what the definition says, else what was chosen for the app.
#[derive(Debug, Clone, Copy)]
pub struct ServicePorts<'a> {
    ports: &'a [PortSpec],
    chosen: &'a [u16],
}

impl<'a> ServicePorts<'a> {
    /// `chosen` is by port index, too; 0 or missing = none was.
    #[must_use]
    pub fn of(spec: &'a AppSpec, chosen: &'a [u16]) -> Self {
        Self { ports: &spec.run.ports, chosen }
    }

    /// Each port of the definition and its number; 0 = none.
    pub fn iter(self) -> impl Iterator<Item = (&'a PortSpec, u16)> {
        let chosen = self.chosen.iter().copied().chain(std::iter::repeat(0));
        self.ports.iter().zip(chosen).map(|(port, chosen)| match port.service_port {
            0 => (port, chosen),
            said => (port, said),
        })
    }
}

impl<'a> Definition<'a> {
    /// `chosen` are the service ports that were chosen for the app, by port index; empty where nobody knows.
    #[must_use]
    pub fn of(spec: &'a AppSpec, chosen: &'a [u16], version: Version) -> Self {
        let run = &spec.run;
        let (cmd, args) = match &run.command {
            Command::Shell(cmd) => (Some(cmd.as_str()), [].as_slice()),
            Command::Args(args) | Command::Program(args) => (None, args.as_slice()),
            Command::Image => (None, [].as_slice()),
        };
        let ports = ServicePorts::of(spec, chosen);
        Self {
            id: &spec.id,
            cmd,
            args,
            accepted_resource_roles: &spec.accepted_resource_roles,
            backoff_factor: Number(spec.backoff.factor),
            backoff_seconds: Number(spec.backoff.initial_secs),
            check: spec.checks.inform.as_ref().map(Inform::of),
            constraints: &spec.constraints,
            container: Container::of(run, ports),
            cpus: run.resources.cpus,
            dependencies: &spec.dependencies,
            disk: run.resources.disk,
            env: &run.env,
            executor: "",
            executor_resources: spec.kept.get("executorResources"),
            gpus: run.resources.gpus,
            health_checks: HealthChecks(&spec.checks.health),
            instances: spec.instances,
            kill_selection: spec.kill_selection,
            labels: &spec.labels,
            max_launch_delay_seconds: Number(spec.backoff.max_secs),
            mem: run.resources.mem,
            networks: [Network::of(spec)],
            port_definitions: match run.network {
                NetworkMode::Host => Some(PortDefinitions { ports, required: run.require_ports }),
                NetworkMode::Bridge | NetworkMode::Named(_) => None,
            },
            readiness_checks: spec.checks.readiness.as_ref().map(|check| [Readiness::of(check, &run.ports)]),
            require_ports: run.require_ports,
            residency: spec.is_resident().then_some(Residency),
            resource_limits: spec.kept.get("resourceLimits"),
            role: &spec.role,
            task_kill_grace_period_seconds: spec.kill_grace_secs,
            tty: run.tty.then_some(true),
            unreachable_strategy: Unreachable(spec.unreachable),
            upgrade_strategy: Upgrade(spec.upgrade),
            user: run.user.as_deref(),
            version: version.into(),
            version_info: None,
        }
    }

    /// What Marathon adds for an app that is there, and not for one of the past.
    #[must_use]
    pub fn with_version_info(mut self, info: VersionInfo) -> Self {
        self.version_info = Some(info);
        self
    }
}
