//! The variables that Marathon promises to a task (marathon-v2, section 4.4). Label and version show
//! the state at its start.

use super::TaskRecord;
use crate::model::{AppSpec, NetworkMode, Resources, Scalar};
use std::collections::BTreeMap;

/// Labels with longer keys or values are left out of the environment.
const LABEL_KEY_LIMIT: usize = 493;
const LABEL_VALUE_LIMIT: usize = 512;

/// Task context, then ports, then the app's own variables; the last one wins. `service_ports` are those of the app's
/// ports, chosen ones included.
pub(super) fn environment(
    task: &TaskRecord,
    app: &AppSpec,
    host: &str,
    service_ports: &[u16],
) -> BTreeMap<String, String> {
    if let Some(pod) = &app.pod {
        let shared = pod_environment(task, app, host);
        return container_environment(&shared, &pod.container, app.run.resources, &app.run.env);
    }
    let mut env = context(task, app, host);
    env.insert("MARATHON_APP_DOCKER_IMAGE".to_owned(), app.run.image.name.clone());
    env.extend(amounts("MARATHON_APP", app.run.resources));
    env.extend(labels(app));
    env.extend(ports(task, app, service_ports));
    env.extend(app.run.env.clone());
    env
}

/// What all containers of a pod have, their own and the pod's variables aside.
pub(super) fn pod_environment(task: &TaskRecord, app: &AppSpec, host: &str) -> BTreeMap<String, String> {
    let mut env = context(task, app, host);
    env.extend(labels(app));
    env.extend(endpoints(task, app));
    env
}

/// The variables of one container of a pod: what all have, what it is, then its own.
pub(super) fn container_environment(
    shared: &BTreeMap<String, String>,
    container: &str,
    resources: Resources,
    own: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut env = shared.clone();
    env.insert("MARATHON_CONTAINER_ID".to_owned(), container.to_owned());
    env.extend(amounts("MARATHON_CONTAINER", resources));
    env.extend(own.clone());
    env
}

fn context(task: &TaskRecord, app: &AppSpec, host: &str) -> BTreeMap<String, String> {
    [
        ("HOST", host.to_owned()),
        ("MESOS_TASK_ID", task.id.to_string()),
        ("MARATHON_APP_ID", app.id.to_string()),
        ("MARATHON_APP_VERSION", task.version.0.rfc3339()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

fn amounts(of: &str, resources: Resources) -> impl Iterator<Item = (String, String)> {
    let decimal = |amount: Scalar| format!("{:?}", amount.as_f64());
    let amounts = [
        ("CPUS", decimal(resources.cpus)),
        ("MEM", decimal(resources.mem)),
        ("DISK", decimal(resources.disk)),
        ("GPUS", resources.gpus.to_string()),
    ];
    amounts.into_iter().map(move |(name, amount)| (format!("{of}_RESOURCE_{name}"), amount))
}

/// By the names of the pod's endpoints, of all its containers.
fn endpoints(task: &TaskRecord, app: &AppSpec) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    for (given, declared) in task.ports.iter().zip(&app.run.ports) {
        let name = variable_name(declared.name.as_deref().unwrap_or_default());
        let reached = match (&app.run.network, given.host) {
            (NetworkMode::Host, Some(host)) => host,
            (NetworkMode::Host, None) | (NetworkMode::Bridge | NetworkMode::Named(_), _) => given.container,
        };
        env.insert(format!("ENDPOINT_{name}"), reached.to_string());
        env.insert(format!("EP_CONTAINER_{name}"), given.container.to_string());
        env.extend(given.host.map(|host| (format!("EP_HOST_{name}"), host.to_string())));
    }
    env
}

fn labels(app: &AppSpec) -> BTreeMap<String, String> {
    let short = app.labels.iter().filter(|(key, value)| key.len() < LABEL_KEY_LIMIT && value.len() < LABEL_VALUE_LIMIT);
    let named: Vec<(String, String)> = short.map(|(key, value)| (variable_name(key), value.clone())).collect();
    let names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    let list = ("MARATHON_APP_LABELS".to_owned(), names.join(" "));
    named.iter().map(|(name, value)| (format!("MARATHON_APP_LABEL_{name}"), value.clone())).chain([list]).collect()
}

/// Runs of other characters become one `_`.
fn variable_name(label: &str) -> String {
    let mut name = String::new();
    for c in label.chars() {
        match c.is_ascii_alphanumeric() || c == '_' {
            true => name.push(c.to_ascii_uppercase()),
            false if name.ends_with('_') => {}
            false => name.push('_'),
        }
    }
    name
}

fn ports(task: &TaskRecord, app: &AppSpec, service_ports: &[u16]) -> BTreeMap<String, String> {
    let mut env = BTreeMap::new();
    for (index, (given, declared)) in task.ports.iter().zip(&app.run.ports).enumerate() {
        let effective = given.host.unwrap_or(given.container).to_string();
        let service_port = service_ports.get(index).copied().unwrap_or_default();
        let number = match (&app.run.network, service_port, declared.container_port) {
            (NetworkMode::Host, 0, _) | (NetworkMode::Bridge | NetworkMode::Named(_), _, 0) => effective.clone(),
            (NetworkMode::Host, declared, _) | (NetworkMode::Bridge | NetworkMode::Named(_), _, declared) => {
                declared.to_string()
            }
        };
        env.insert(format!("PORT{index}"), effective.clone());
        env.insert(format!("PORT_{number}"), effective.clone());
        if let Some(name) = &declared.name {
            env.insert(format!("PORT_{}", name.to_uppercase()), effective);
        }
    }
    if task.ports.is_empty() {
        return env;
    }
    let open = app
        .run
        .ports
        .iter()
        .zip(&task.ports)
        .filter(|(declared, given)| given.host.is_none() && declared.container_port == 0);
    let published = task.host_ports().chain(open.map(|(_, given)| given.container));
    let list: Vec<String> = published.map(|port| port.to_string()).collect();
    if let Some(first) = list.first() {
        env.insert("PORT".to_owned(), first.clone());
    }
    env.insert("PORTS".to_owned(), list.join(","));
    env
}
