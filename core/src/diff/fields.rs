//! The one table of an app's fields: which of them reach into a running task, which are applied in place.
//! Digest and diff are both made from it, so they cannot disagree.

use super::told::told;
use super::written;
use crate::model::{AppSpec, Command, Digest, NetworkMode, PortSpec};
use crate::plan::{ActionKind, FieldChange};
use serde::Serialize;
use serde_json::{Value, json};

/// One field of an app by its name in the file, and its value.
type Field = (&'static str, Value);

/// What the change from one definition to another means.
#[derive(Debug, Clone, PartialEq)]
pub struct AppDiff {
    /// What the change means for the app's tasks.
    pub action: ActionKind,
    /// Those that replace tasks first; never empty.
    pub fields: Vec<FieldChange>,
}

/// Compares two definitions; `None` if they say the same.
#[must_use]
pub fn diff(from: &AppSpec, to: &AppSpec) -> Option<AppDiff> {
    let noticed = changes(shown(from), shown(to), true);
    let in_place = changes(in_place(from), in_place(to), false);
    let scaled = from.instances != to.instances;
    let action = match (noticed.is_empty(), scaled, in_place.is_empty()) {
        // No task is left to be restarted (marathon-v2, section 5.1).
        (false, _, _) if to.instances == 0 => ActionKind::Scale,
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
    let mut fields = noticed(spec);
    // Left out where it says nothing: apps that were never restarted keep the digest they had before there was
    // such a field.
    let says_nothing = |field: &str, value: &Value| match field {
        "restartedAt" => value.is_null(),
        "containers[0].name" => value.is_null(),
        "containers[0].volumeMounts" | "containers[1..]" => value.as_array().is_some_and(Vec::is_empty),
        "container.volumes.persistent" => value.as_array().is_some_and(Vec::is_empty),
        _ => false,
    };
    fields.retain(|(field, value)| !says_nothing(field, value));
    let text = serde_json::to_vec(&fields).expect("values of an app are plain JSON");
    Digest::of(&text)
}

/// Fields that a running task can notice. A constraint is not among them: whether a running task breaks
/// it depends on where the task runs.
fn noticed(spec: &AppSpec) -> Vec<Field> {
    let run = &spec.run;
    let ports: Vec<Value> = run.ports.iter().map(|port| noticed_port(&run.network, port)).collect();
    vec![
        ("container.docker.image", json!(run.image.name)),
        ("cmd", shell(&run.command)),
        ("args", arguments(&run.command)),
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
        ("container.volumes.persistent", value(&run.persistent)),
        ("container.docker.privileged", json!(run.privileged)),
        ("container.docker.parameters", value(&run.parameters)),
        ("tty", json!(run.tty)),
        ("containers[0].name", json!(spec.pod.as_ref().map(|pod| &pod.container))),
        ("containers[0].volumeMounts", value(&run.mounts)),
        ("containers[1..]", value(&run.companions)),
        ("restartedAt", value(&spec.restarted_at)),
    ]
}

/// The same for people: the digest keeps to our own form, so that it never changes by a name.
fn shown(spec: &AppSpec) -> Vec<Field> {
    let mut fields = noticed(spec);
    for (_, value) in fields.iter_mut().filter(|(field, _)| *field == "container.volumes") {
        *value = written::volumes(&spec.run.volumes);
    }
    fields
}

fn shell(command: &Command) -> Value {
    match command {
        Command::Shell(text) => json!(text),
        Command::Args(_) | Command::Program(_) | Command::Image => Value::Null,
    }
}

fn arguments(command: &Command) -> Value {
    match command {
        Command::Args(args) => json!(args),
        Command::Program(argv) => json!({ "argv": argv }),
        Command::Shell(_) | Command::Image => Value::Null,
    }
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
    let service_ports = match spec.run.network {
        NetworkMode::Host => Value::Null,
        NetworkMode::Bridge | NetworkMode::Named(_) => written::service_ports(spec),
    };
    vec![
        ("labels", value(&spec.labels)),
        ("constraints", value(&spec.constraints)),
        ("dependencies", value(&spec.dependencies)),
        ("healthChecks", written::health(&spec.checks.health)),
        ("readinessChecks", spec.checks.readiness.iter().map(written::readiness).collect()),
        ("check", spec.checks.inform.as_ref().map(written::inform).into()),
        ("rollout.progressDeadline", json!(spec.rollout.deadline_secs)),
        ("rollout.settling", json!(spec.rollout.settling_secs)),
        ("rollout.onFailure", value(&spec.rollout.on_failure)),
        ("upgradeStrategy.minimumHealthCapacity", json!(spec.upgrade.minimum_health_capacity)),
        ("upgradeStrategy.maximumOverCapacity", json!(spec.upgrade.maximum_over_capacity)),
        ("backoffSeconds", json!(spec.backoff.initial_secs)),
        ("backoffFactor", json!(spec.backoff.factor)),
        ("maxLaunchDelaySeconds", json!(spec.backoff.max_secs)),
        ("killSelection", value(&spec.kill_selection)),
        ("taskKillGracePeriodSeconds", value(&spec.kill_grace_secs)),
        ("unreachableStrategy", written::unreachable(&spec.unreachable)),
        ("placement.strategy", value(&spec.placement.strategy)),
        ("placement.everywhere", json!(spec.placement.everywhere)),
        ("placement.priority", json!(spec.placement.priority)),
        ("placement.preempts", json!(spec.placement.preempts)),
        ("placement.preemptible", json!(spec.placement.preemptible)),
        ("role", json!(spec.role)),
        ("acceptedResourceRoles", value(&spec.accepted_resource_roles)),
        ("container.docker.forcePullImage", json!(spec.run.image.force_pull)),
        ("servicePorts", service_ports),
        ("portLabels", written::port_labels(spec)),
        ("containers.labels", spec.pod.as_ref().map(written::container_labels).into()),
        ("other", value(&spec.kept)),
    ]
}

fn value(field: &impl Serialize) -> Value {
    serde_json::to_value(field).expect("values of an app are plain JSON")
}

fn changes(from: Vec<Field>, to: Vec<Field>, restart: bool) -> Vec<FieldChange> {
    from.into_iter().zip(to).flat_map(|((field, from), (_, to))| told(field, &from, &to, restart)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::app;

    fn kind(from: &AppSpec, to: &AppSpec) -> Option<ActionKind> {
        diff(from, to).map(|diff| diff.action)
    }

    #[test]
    fn only_what_a_task_can_notice_restarts_it() {
        let base = || app("web").instances(2);
        assert_eq!(kind(&base().0, &base().0), None);
        assert_eq!(kind(&base().0, &base().image("image:2").0), Some(ActionKind::Restart));
        assert_eq!(kind(&base().0, &base().cpus(0.5).0), Some(ActionKind::Restart));
        assert_eq!(kind(&base().0, &base().host_port(0).0), Some(ActionKind::Restart));
        assert_eq!(kind(&base().0, &base().instances(3).0), Some(ActionKind::Scale));
        assert_eq!(kind(&base().0, &base().instances(0).image("image:2").0), Some(ActionKind::Scale));
        assert_eq!(kind(&base().0, &base().instances(3).label("a", "b").0), Some(ActionKind::Scale));
        assert_eq!(kind(&base().0, &base().label("a", "b").0), Some(ActionKind::Update));
        assert_eq!(kind(&base().0, &base().checked().0), Some(ActionKind::Update));
        assert_eq!(kind(&base().0, &base().needs("/db").0), Some(ActionKind::Update));
        assert_eq!(kind(&base().0, &base().upgrade(0.5, 0.0).0), Some(ActionKind::Update));
    }

    #[test]
    fn a_digest_changes_exactly_when_tasks_must() {
        let base = app("web").host_port(0).0;
        let mut other = base.clone();
        other.run.ports[0].service_port = 10_000;
        other.run.image.force_pull = true;
        other.labels.insert("a".into(), "b".into());
        assert_eq!(run_digest(&base), run_digest(&other));
        other.run.env.insert("A".into(), "B".into());
        assert_ne!(run_digest(&base), run_digest(&other));
    }

    #[test]
    fn maps_are_compared_entry_by_entry() {
        let mut from = app("web").0;
        from.run.env.insert("KEPT".into(), "1".into());
        from.run.env.insert("CHANGED".into(), "1".into());
        let mut to = from.clone();
        to.run.env.insert("CHANGED".into(), "2".into());
        to.run.env.insert("NEW".into(), "3".into());
        let fields = diff(&from, &to).expect("they differ").fields;
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(names, ["env.CHANGED", "env.NEW"]);
        assert!(fields.iter().all(|field| field.restart));
    }

    #[test]
    fn lists_of_equal_length_are_compared_place_by_place_in_the_words_of_the_file() {
        let from = app("web").host_port(31000).checked().0;
        let mut to = from.clone();
        to.run.ports[0].host_port = Some(31001);
        to.checks.health[0].grace_period_secs = 60;
        let fields = diff(&from, &to).expect("they differ").fields;
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(names, ["ports[0].hostPort", "healthChecks[0].gracePeriodSeconds"]);
    }

    #[test]
    fn ports_that_go_take_no_defaults_along() {
        let fields = diff(&app("web").host_port(0).0, &app("web").0).expect("they differ").fields;
        let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(names, ["ports"]);
    }
}
