//! The connection to one engine, as one agent uses it: how to reach it, which containers are ours, and
//! what its errors mean.

use super::gpus::Gpus;
use crate::runtime::RuntimeError;
use arc_swap::ArcSwapOption;
use bollard::Docker as Client;
use bollard::errors::Error;
use ship_core::model::{AgentId, TaskId, TaskSpec};
use std::collections::HashMap;
use std::error::Error as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

pub(super) struct Engine {
    url: String,
    agent: AgentId,
    /// `None` until the engine answered for the first time.
    client: ArcSwapOption<Client>,
    containers: Mutex<HashMap<TaskId, Containers>>,
    gpus: Mutex<Gpus>,
    /// It turned out not to see the files of this machine.
    elsewhere: AtomicBool,
    /// Poked when a call got no answer, so that the watch finds out why.
    pub doubt: Notify,
}

/// What the engine has of one task.
struct Containers {
    /// Its ids by the names of a pod's containers, the first one's first; an app's only container has no name.
    ids: Vec<(Option<String>, String)>,
    volumes: Vec<String>,
}

impl Engine {
    pub(super) fn new(url: &str, agent: AgentId) -> Self {
        Self {
            url: url.to_owned(),
            agent,
            client: ArcSwapOption::empty(),
            containers: Mutex::default(),
            gpus: Mutex::default(),
            elsewhere: AtomicBool::new(false),
            doubt: Notify::new(),
        }
    }

    pub(super) fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// Whether its devices are those of this machine.
    pub(super) fn is_local(&self) -> bool {
        self.url.starts_with("unix:")
    }

    /// Connects and agrees on a version of the API; returns the engine's own version too.
    pub(super) async fn connect(&self) -> Result<(Client, String), Error> {
        let client = Client::connect_with_host(&self.url)?.negotiate_version().await?;
        let version = client.version().await?.version.unwrap_or_default();
        self.client.store(Some(client.clone().into()));
        Ok((client, version))
    }

    pub(super) fn client(&self) -> Result<Client, RuntimeError> {
        let client = self.client.load_full().ok_or_else(|| RuntimeError::Unavailable(asked("anything")))?;
        Ok((*client).clone())
    }

    /// The engine's id of the task's container, or of that one of a pod.
    pub(super) fn learn(&self, task: &TaskSpec, container: Option<&str>, id: &str) {
        let volumes = || task.pod.as_ref().map(|pod| pod.volumes.clone()).unwrap_or_default();
        let is_first = task.pod.as_ref().is_none_or(|pod| Some(pod.container.as_str()) == container);
        let mut all = self.containers();
        let known = all.entry(task.id.clone()).or_insert_with(|| Containers { ids: Vec::new(), volumes: volumes() });
        known.ids.retain(|(name, _)| name.as_deref() != container);
        let at = if is_first { 0 } else { known.ids.len() };
        known.ids.insert(at, (container.map(str::to_owned), id.to_owned()));
    }

    pub(super) fn forget(&self, task: &TaskId) {
        self.containers().remove(task);
        self.gpus().release(task);
    }

    /// All of a task, the first one first.
    pub(super) fn ids_of(&self, task: &TaskId) -> Result<Vec<String>, RuntimeError> {
        let all = self.containers();
        let known = all.get(task).ok_or(RuntimeError::Missing)?;
        Ok(known.ids.iter().map(|(_, id)| id.clone()).collect())
    }

    /// That one of a pod, or the first.
    pub(super) fn id_in(&self, task: &TaskId, container: Option<&str>) -> Result<String, RuntimeError> {
        let all = self.containers();
        let ids = &all.get(task).ok_or(RuntimeError::Missing)?.ids;
        let Some(container) = container else {
            return ids.first().map(|(_, id)| id.clone()).ok_or(RuntimeError::Missing);
        };
        let names: Vec<&str> = ids.iter().filter_map(|(name, _)| name.as_deref()).collect();
        let found = ids.iter().find(|(name, _)| name.as_deref() == Some(container));
        found.map(|(_, id)| id.clone()).ok_or_else(|| no_container(container, &names))
    }

    /// The space that a pod's containers share.
    pub(super) fn volumes_of(&self, task: &TaskId) -> Vec<String> {
        self.containers().get(task).map(|known| known.volumes.clone()).unwrap_or_default()
    }

    pub(super) fn gpus(&self) -> MutexGuard<'_, Gpus> {
        self.gpus.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it may see the folders of this machine.
    pub(super) fn mounts(&self) -> bool {
        !self.elsewhere.load(Ordering::Relaxed)
    }

    pub(super) fn mounts_nothing(&self, reason: &str) {
        if !self.elsewhere.swap(true, Ordering::Relaxed) {
            tracing::warn!(reason, "the engine does not see the files of this machine: tasks get no sandbox");
        }
    }

    fn containers(&self) -> MutexGuard<'_, HashMap<TaskId, Containers>> {
        self.containers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn answer<T>(&self, answer: Result<T, Error>) -> Result<T, RuntimeError> {
        answer.map_err(|err| self.refine(err))
    }

    /// Tells an engine that says no from one that says nothing.
    pub(super) fn refine(&self, err: Error) -> RuntimeError {
        match err {
            err if is_missing(&err) => RuntimeError::Missing,
            Error::DockerResponseServerError { message, .. } => RuntimeError::Refused(plain(&message)),
            Error::DockerStreamError { error } => RuntimeError::Refused(plain(&error)),
            err @ (Error::JsonDataError { .. } | Error::JsonSerdeError { .. } | Error::URLEncodedError { .. }) => {
                RuntimeError::Refused(words(&err))
            }
            err => {
                self.doubt.notify_one();
                RuntimeError::Unavailable(words(&err))
            }
        }
    }
}

/// An error with what is behind it: the outermost often only says that there is one.
pub(super) fn words(err: &Error) -> String {
    let mut words = err.to_string();
    let mut source = err.source();
    while let Some(err) = source {
        let further = err.to_string();
        if !words.contains(&further) {
            words = format!("{words}: {further}");
        }
        source = err.source();
    }
    words
}

/// What the engine says before it comes to the point.
const PREAMBLES: [&str; 4] = [
    "failed to create shim task: ",
    "OCI runtime create failed: ",
    "runc create failed: ",
    "unable to start container process: ",
];

/// The engine's words without the names of its inner parts, and without the ids of the attempt: the same
/// mistake reads the same every time.
fn plain(message: &str) -> String {
    let mut rest = message.trim();
    while let Some(further) = PREAMBLES.iter().find_map(|preamble| rest.strip_prefix(preamble)) {
        rest = further;
    }
    // "driver failed .. on endpoint NAME (ID): CAUSE"
    match rest.split_once(" on endpoint ").and_then(|(what, rest)| Some((what, rest.split_once("): ")?.1))) {
        Some((what, cause)) => format!("{what}: {cause}"),
        None => rest.to_owned(),
    }
}

pub(super) fn asked(what: &str) -> String {
    format!("the engine did not say {what}")
}

pub(super) fn lacks_image(err: &Error) -> bool {
    matches!(err, Error::DockerResponseServerError { status_code: 404, message }
        if message.to_ascii_lowercase().contains("no such image"))
}

pub(super) fn is_missing(err: &Error) -> bool {
    matches!(err, Error::DockerResponseServerError { status_code: 404, message }
        if message.to_ascii_lowercase().contains("no such container"))
}

pub(super) fn is_conflict(err: &Error) -> bool {
    matches!(err, Error::DockerResponseServerError { status_code: 409, .. })
}

fn no_container(container: &str, known: &[&str]) -> RuntimeError {
    RuntimeError::Refused(match known {
        [] => format!("this is no pod: its only container has no name, and so is not called `{container}`"),
        names => format!("the pod has no container `{container}`; it has {}", names.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_comes_to_the_point() {
        let exec = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
                    container process: exec: \"/none\": stat /none: no such file or directory: unknown";
        assert_eq!(plain(exec), "exec: \"/none\": stat /none: no such file or directory: unknown");
        let port = "driver failed programming external connectivity on endpoint p.instance-1 (9afe): \
                    Error starting userland proxy: listen tcp4 0.0.0.0:31555: bind: address already in use\n";
        let told = "driver failed programming external connectivity: Error starting userland proxy: \
                    listen tcp4 0.0.0.0:31555: bind: address already in use";
        assert_eq!(plain(port), told);
        assert_eq!(plain("no space left on device"), "no space left on device");
    }
}
