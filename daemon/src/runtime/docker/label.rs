//! The labels by which an agent knows its containers again.

use ship_core::model::{AgentId, AppId, Command, Companion, PodTask, TaskId, TaskSpec};
use std::collections::{BTreeMap, HashMap};

/// Labels with this in front are ours; apps may not set them.
pub(super) const PREFIX: &str = "ship.";

const AGENT: &str = "ship.agent";
const APP: &str = "ship.app";
const TASK: &str = "ship.task";
const SPEC: &str = "ship.spec";
/// The name of a pod's container in the pod.
const CONTAINER: &str = "ship.container";

/// Of the task's only container, or of that one of a pod.
pub(super) fn of(task: &TaskSpec, agent: &AgentId, container: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let version = task.version.0.0.to_string();
    let labels = [
        (AGENT, agent.to_string()),
        (TASK, task.id.to_string()),
        (SPEC, resume_text(task)),
        (APP, task.app.to_string()),
        ("ship.version", version),
        ("ship.digest", task.digest.as_str().to_owned()),
    ];
    let container = container.map(|name| (CONTAINER, name.to_owned()));
    labels.into_iter().chain(container).map(|(key, value)| (key.to_owned(), value))
}

/// Of space that outlives tasks.
pub(super) fn of_volume(app: &AppId, agent: &AgentId) -> [(String, String); 2] {
    [(AGENT, agent.to_string()), (APP, app.to_string())].map(|(key, value)| (key.to_owned(), value))
}

/// What an agent needs to take a task over. What only a start needs is left out: labels travel with every
/// event of the engine, and an environment may hold secrets.
fn resume_text(task: &TaskSpec) -> String {
    let companion = |companion: &Companion| Companion {
        command: Command::Image,
        env: BTreeMap::new(),
        volumes: Vec::new(),
        mounts: Vec::new(),
        ..companion.clone()
    };
    let pod = |pod: &PodTask| PodTask { companions: pod.companions.iter().map(companion).collect(), ..pod.clone() };
    let rest = TaskSpec {
        command: Command::Image,
        env: BTreeMap::new(),
        volumes: Vec::new(),
        mounts: Vec::new(),
        parameters: Vec::new(),
        pod: task.pod.as_ref().map(pod),
        ..task.clone()
    };
    serde_json::to_string(&rest).expect("task specs have text keys and no fallible serialisers")
}

pub(super) fn is_of(labels: &HashMap<String, String>, agent: &AgentId) -> bool {
    labels.get(AGENT).is_some_and(|text| text == agent.as_str())
}

pub(super) fn task(labels: &HashMap<String, String>) -> Option<TaskId> {
    labels.get(TASK).map(|text| TaskId::new(text.as_str()))
}

pub(super) fn container(labels: &HashMap<String, String>) -> Option<String> {
    labels.get(CONTAINER).cloned()
}

pub(super) fn spec(labels: &HashMap<String, String>) -> Result<TaskSpec, serde_json::Error> {
    serde_json::from_str(labels.get(SPEC).map_or("", String::as_str))
}

/// The engine's filter for everything of one agent.
pub(super) fn filter(agent: &AgentId) -> String {
    format!("{AGENT}={agent}")
}
