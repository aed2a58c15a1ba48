//! The one table of an app's fields: which of them reach into a running task, which are applied in place.
//! Digest and diff are both made from it, so they cannot disagree.

use crate::model::{AppSpec, Digest, NetworkMode, PortSpec};
use crate::plan::{ActionKind, FieldChange};
use serde::Serialize;
use serde_json::{Value, json};

/// One field of an app by its name in the file, and its value.
type Field = (&'static str, Value);

/// What the change from one definition to another means.
#[derive(Debug, Clone, PartialEq)]
pub struct AppDiff {
    pub action: ActionKind,
    pub fields: Vec<FieldChange>,
}

/// Compares two definitions; `None` if they say the same.
#[must_use]
pub fn diff(from: &AppSpec, to: &AppSpec) -> Option<AppDiff> {
    let noticed = changes(noticed(from), noticed(to), true);
    let in_place = changes(in_place(from), in_place(to), false);
    let scaled = from.instances != to.instances;
    let action = match (noticed.is_empty(), scaled, in_place.is_empty()) {
        (false, _, _) => ActionKind::Restart,
        (true, true, _) => ActionKind::Scale,
        (true, false, false) => ActionKind::Update,
        (true, false, true) => return None,
    };
    let instances = scaled.then(|| FieldChange {
        field: "instances".into(),
        from: json!(from.instances),
        to: json!(to.instances),
        restart: false,
    });
    Some(AppDiff { action, fields: noticed.into_iter().chain(instances).chain(in_place).collect() })
}

/// The hash of everything a running task can notice.
#[must_use]
pub fn run_digest(spec: &AppSpec) -> Digest {
    let text = serde_json::to_vec(&noticed(spec)).expect("values of an app are plain JSON");
    Digest::of(&text)
}

/// Fields that a running task can notice. A constraint is not among them: whether a running task breaks
/// it depends on where the task runs.
fn noticed(spec: &AppSpec) -> Vec<Field> {
    let run = &spec.run;
    let ports: Vec<Value> = run.ports.iter().map(|port| noticed_port(&run.network, port)).collect();
    vec![
        ("container.docker.image", json!(run.image.name)),
        ("cmd", value(&run.command)),
        ("env", value(&run.env)),
        ("user", value(&run.user)),
        ("cpus", value(&run.resources.cpus)),
        ("mem", value(&run.resources.mem)),
        ("disk", value(&run.resources.disk)),
        ("gpus", json!(run.resources.gpus)),
        ("networks", value(&run.network)),
        ("ports", Value::Array(ports)),
        ("requirePorts", json!(run.require_ports)),
        ("container.volumes", value(&run.volumes)),
        ("container.docker.privileged", json!(run.privileged)),
        ("container.docker.parameters", value(&run.parameters)),
        ("tty", json!(run.tty)),
    ]
}

/// A service port is the load balancer's business, except in host mode, where it names `PORT_<n>`.
fn noticed_port(network: &NetworkMode, port: &PortSpec) -> Value {
    let declared = match network {
        NetworkMode::Host => port.service_port,
        NetworkMode::Bridge | NetworkMode::Named(_) => port.container_port,
    };
    json!({ "name": port.name, "protocol": port.protocol, "port": declared, "hostPort": port.host_port })
}

fn in_place(spec: &AppSpec) -> Vec<Field> {
    let run = &spec.run;
    let service_ports: Vec<u16> = match run.network {
        NetworkMode::Host => Vec::new(),
        NetworkMode::Bridge | NetworkMode::Named(_) => run.ports.iter().map(|port| port.service_port).collect(),
    };
    let port_labels: Vec<Value> = run.ports.iter().map(|port| value(&port.labels)).collect();
    vec![
        ("labels", value(&spec.labels)),
        ("constraints", value(&spec.constraints)),
        ("dependencies", value(&spec.dependencies)),
        ("healthChecks", value(&spec.health_checks)),
        ("upgradeStrategy", value(&spec.upgrade)),
        ("backoff", value(&spec.backoff)),
        ("killSelection", value(&spec.kill_selection)),
        ("taskKillGracePeriodSeconds", value(&spec.kill_grace_secs)),
        ("unreachableStrategy", value(&spec.unreachable)),
        ("acceptedResourceRoles", value(&spec.accepted_resource_roles)),
        ("container.docker.forcePullImage", json!(run.image.force_pull)),
        ("servicePorts", json!(service_ports)),
        ("portLabels", Value::Array(port_labels)),
        ("other", value(&spec.kept)),
    ]
}

fn value(field: &impl Serialize) -> Value {
    serde_json::to_value(field).expect("values of an app are plain JSON")
}

fn changes(from: Vec<Field>, to: Vec<Field>, restart: bool) -> Vec<FieldChange> {
    from.into_iter()
        .zip(to)
        .filter(|((_, from), (_, to))| from != to)
        .map(|((field, from), (_, to))| FieldChange { field: field.to_owned(), from, to, restart })
        .collect()
}
