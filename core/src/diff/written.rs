//! Policies as an app file writes them, for people who read what changed in it.

use crate::model::{
    AppSpec, HealthCheck, InformCheck, PodSpec, Probe, ProbePort, ReadinessCheck, UnreachableStrategy, Volume,
};
use serde_json::{Map, Value, json};

pub(super) fn health(checks: &[HealthCheck]) -> Value {
    checks.iter().map(health_check).collect()
}

fn health_check(check: &HealthCheck) -> Value {
    let rest = json!({
        "gracePeriodSeconds": check.grace_period_secs,
        "intervalSeconds": check.interval_secs,
        "timeoutSeconds": check.timeout_secs,
        "maxConsecutiveFailures": check.max_consecutive_failures,
        "delaySeconds": check.delay_secs,
    });
    let container = check.container.as_ref().map_or(Value::Null, |name| json!({ "container": name }));
    joined([probe(&check.probe), rest, container])
}

pub(super) fn readiness(check: &ReadinessCheck) -> Value {
    let asked = json!({ "name": check.name, "protocol": http(check.tls), "path": check.path });
    let rest = json!({
        "intervalSeconds": check.interval_secs,
        "timeoutSeconds": check.timeout_secs,
        "httpStatusCodesForReady": check.ready_statuses,
        "preserveLastResponse": check.keep_answer,
    });
    joined([asked, port(check.port), rest])
}

pub(super) fn inform(check: &InformCheck) -> Value {
    let rest = json!({
        "intervalSeconds": check.interval_secs,
        "timeoutSeconds": check.timeout_secs,
        "delaySeconds": check.delay_secs,
    });
    joined([probe(&check.probe), rest])
}

pub(super) fn unreachable(strategy: &UnreachableStrategy) -> Value {
    match strategy {
        UnreachableStrategy::Disabled => json!("disabled"),
        UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs } => {
            json!({ "inactiveAfterSeconds": inactive_after_secs, "expungeAfterSeconds": expunge_after_secs })
        }
    }
}

pub(super) fn volumes(volumes: &[Volume]) -> Value {
    let volume = |volume: &Volume| json!({ "containerPath": volume.container_path, "hostPath": volume.host_path, "mode": volume.mode });
    volumes.iter().map(volume).collect()
}

/// `null` where every port has the default, as if nothing were written.
pub(super) fn service_ports(spec: &AppSpec) -> Value {
    let ports: Vec<u16> = spec.run.ports.iter().map(|port| port.service_port).collect();
    if ports.iter().all(|port| *port == 0) { Value::Null } else { json!(ports) }
}

/// `null` where no port has labels, as if nothing were written.
pub(super) fn port_labels(spec: &AppSpec) -> Value {
    let labels: Vec<_> = spec.run.ports.iter().map(|port| &port.labels).collect();
    if labels.iter().all(|labels| labels.is_empty()) { Value::Null } else { json!(labels) }
}

/// Those of a pod's containers by name, and nothing of containers without labels.
pub(super) fn container_labels(pod: &PodSpec) -> Value {
    let containers = pod.definition["containers"].as_array().into_iter().flatten();
    let labelled = containers.filter_map(|container| Some((container["name"].as_str()?, container.get("labels")?)));
    Value::Object(labelled.map(|(name, labels)| (name.to_owned(), labels.clone())).collect())
}

fn probe(probe: &Probe) -> Value {
    match probe {
        Probe::Http { path, port: at, tls, ignore_1xx } => {
            let asked = json!({ "protocol": http(*tls), "path": path, "ignoreHttp1xx": ignore_1xx });
            joined([asked, port(*at)])
        }
        Probe::Tcp { port: at } => joined([json!({ "protocol": "TCP" }), port(*at)]),
        Probe::Command { argv } => {
            let command = match argv.as_slice() {
                [_, _, shell] if *probe == Probe::shell(shell) => json!(shell),
                words => json!(words),
            };
            json!({ "protocol": "COMMAND", "command": command })
        }
    }
}

fn http(tls: bool) -> &'static str {
    if tls { "HTTPS" } else { "HTTP" }
}

fn port(port: ProbePort) -> Value {
    match port {
        ProbePort::Index(index) => json!({ "portIndex": index }),
        ProbePort::Number(number) => json!({ "port": number }),
    }
}

fn joined<const N: usize>(parts: [Value; N]) -> Value {
    let entries = |part: Value| match part {
        Value::Object(entries) => entries,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    Value::Object(parts.into_iter().flat_map(entries).collect())
}
