//! Docker Engine as a runtime. It touches only containers it made or found under its agent's label, and
//! addresses them by the engine's id, so agents that share an engine cannot meet.

mod attach;
mod config;
mod engine;
mod exec;
mod gpus;
mod label;
mod output;
mod parameters;
mod pull;
mod sandbox;
mod stock;
mod watch;

use super::{
    Attached, End, ExecEnd, ExecWish, LastWords, LogsQuery, Notice, OutputLine, Progress, Runtime, RuntimeError,
    Started,
};
use bollard::Docker as Client;
use bollard::models::{ContainerCreateBody, ContainerInspectResponse};
use bollard::query_parameters::{
    CreateContainerOptions, RemoveContainerOptions, RemoveVolumeOptions, StopContainerOptions,
};
use engine::{Engine, is_conflict, is_missing, lacks_image};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::BoxStream;
use ship_core::model::{AgentId, NetworkMode, Probe, TaskId, TaskSpec};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Notices on their way to the agent, whose loop never waits for long.
const NOTICES: usize = 1024;

/// How much of a task's output its end is told with.
const LAST_LINES: u32 = 10;
const LAST_LINE_CHARS: usize = 1000;

/// A log that cannot be read must not hold up the news of the end.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(5);

/// The engine's own work around a stop, on top of the grace period.
const STOP_MARGIN: Duration = Duration::from_secs(60);

/// What a shell says when SIGKILL ended the process: all that an out-of-memory kill shows.
const KILLED: i64 = 137;

#[derive(Clone)]
pub struct Docker {
    engine: Arc<Engine>,
}

impl Docker {
    /// `url` as `docker -H` takes it: `unix:///path` or `tcp://host:port`. Connects when watched.
    #[must_use]
    pub fn new(url: &str, agent: AgentId) -> Self {
        Self { engine: Arc::new(Engine::new(url, agent)) }
    }

    /// The task's container, or a pod's first.
    async fn make_first(&self, client: &Client, task: &TaskSpec, sandbox: Option<&Path>) -> Result<Made, RuntimeError> {
        let mut body = config::container(task, self.engine.agent()).map_err(RuntimeError::Refused)?;
        let given = self.engine.gpus().give(&task.id, task.resources.gpus).map_err(RuntimeError::Refused)?;
        gpus::request(&mut body, &given);
        if let Some(folder) = sandbox {
            sandbox::mount(&mut body, folder);
        }
        self.make(client, task, first_name(task), body).await
    }

    async fn make(
        &self,
        client: &Client,
        task: &TaskSpec,
        container: Option<&str>,
        body: ContainerCreateBody,
    ) -> Result<Made, RuntimeError> {
        let image = body.image.clone().unwrap_or_default();
        let name = container_name(task, container);
        let options = CreateContainerOptions { name: Some(name.clone()), ..CreateContainerOptions::default() };
        let made = match client.create_container(Some(options), body).await {
            Ok(made) => Made::New(made.id),
            Err(err) if lacks_image(&err) => return Err(RuntimeError::NoImage(image)),
            Err(err) if is_conflict(&err) => self.settle(client, &name).await?,
            Err(err) => return Err(self.engine.refine(err)),
        };
        self.engine.learn(task, container, made.id());
        Ok(made)
    }

    /// A container of that name is there: the remains of a start whose answer was lost, unless it is
    /// somebody else's.
    async fn settle(&self, client: &Client, name: &str) -> Result<Made, RuntimeError> {
        let there = self.engine.answer(client.inspect_container(name, None).await)?;
        let labels = there.config.as_ref().and_then(|config| config.labels.as_ref());
        let (Some(id), true) =
            (there.id.clone(), labels.is_some_and(|labels| label::is_of(labels, self.engine.agent())))
        else {
            return Err(RuntimeError::Refused(format!("the engine has another container named `{name}`")));
        };
        match there.state.as_ref().and_then(|state| state.running) {
            Some(true) => Ok(Made::Runs(id)),
            Some(false) | None => Ok(Made::New(id)),
        }
    }

    /// Without the sandbox where the engine cannot mount it: no task fails for want of one. Tells whether it has it.
    async fn make_somehow(
        &self,
        client: &Client,
        task: &TaskSpec,
        sandbox: Option<&Path>,
    ) -> Result<(Made, bool), RuntimeError> {
        let wanted = sandbox.filter(|_| self.engine.mounts() && sandbox::has_room(task));
        match (self.make_first(client, task, wanted).await, wanted) {
            (Err(RuntimeError::Refused(reason)), Some(folder)) if sandbox::is_unseen(&reason, folder) => {
                self.engine.mounts_nothing(&reason);
                Ok((self.make_first(client, task, None).await?, false))
            }
            (made, wanted) => Ok((made?, wanted.is_some())),
        }
    }

    async fn make_and_start(&self, task: &TaskSpec, sandbox: Option<&Path>) -> Result<Started, RuntimeError> {
        let client = self.engine.client()?;
        let (first, sandboxed) = self.make_somehow(&client, task, sandbox).await?;
        let companions = self.make_companions(&client, task, first.id()).await?;
        self.run(&client, &first).await?;
        for companion in companions {
            let started = self.run(&client, &companion).await;
            if started.is_err() && !self.runs(&client, first.id()).await {
                // Its end, which took the network along, is told by a notice, and says more.
                return Ok(Started { address: None, sandboxed });
            }
            started?;
        }
        match needs_address(task) {
            true => Ok(Started { address: self.address(&client, first.id()).await?, sandboxed }),
            false => Ok(Started { address: None, sandboxed }),
        }
    }

    /// All of them before any is started: no image may be missing once the first one runs.
    async fn make_companions(&self, client: &Client, task: &TaskSpec, first: &str) -> Result<Vec<Made>, RuntimeError> {
        let mut made = Vec::new();
        for companion in task.pod.iter().flat_map(|pod| &pod.companions) {
            let body = config::companion(task, companion, first, self.engine.agent()).map_err(RuntimeError::Refused)?;
            made.push(self.make(client, task, Some(&companion.name), body).await?);
        }
        Ok(made)
    }

    async fn run(&self, client: &Client, made: &Made) -> Result<(), RuntimeError> {
        match made {
            Made::New(id) => self.engine.answer(client.start_container(id, None).await),
            Made::Runs(_) => Ok(()),
        }
    }

    async fn runs(&self, client: &Client, id: &str) -> bool {
        let there = client.inspect_container(id, None).await;
        there.is_ok_and(|there| there.state.and_then(|state| state.running) == Some(true))
    }

    async fn stop_one(&self, client: &Client, id: &str, grace: Duration) -> Result<(), RuntimeError> {
        let secs = i32::try_from(grace.as_secs()).unwrap_or(i32::MAX);
        // No signal named: the image may ask for another one than SIGTERM to end gracefully.
        let options = StopContainerOptions { signal: None, t: Some(secs) };
        self.engine.answer(client.stop_container(id, Some(options)).await)
    }

    async fn remove_one(&self, client: &Client, id: &str) -> Result<(), RuntimeError> {
        let options = RemoveContainerOptions { force: true, v: true, link: false };
        match client.remove_container(id, Some(options)).await {
            // 409: its removal is under way already.
            Err(err) if !is_missing(&err) && !is_conflict(&err) => Err(self.engine.refine(err)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    async fn address(&self, client: &Client, id: &str) -> Result<Option<String>, RuntimeError> {
        Ok(first_address(self.engine.answer(client.inspect_container(id, None).await)?))
    }
}

enum Made {
    New(String),
    Runs(String),
}

impl Made {
    fn id(&self) -> &str {
        match self {
            Self::New(id) | Self::Runs(id) => id,
        }
    }
}

/// The name of a pod's first container in the pod.
fn first_name(task: &TaskSpec) -> Option<&str> {
    task.pod.as_ref().map(|pod| pod.container.as_str())
}

/// As the engine is to know it: the task's own name for the first one.
fn container_name(task: &TaskSpec, container: Option<&str>) -> String {
    match container.filter(|_| container != first_name(task)) {
        Some(name) => format!("{}.{name}", task.id),
        None => task.id.to_string(),
    }
}

#[async_trait::async_trait]
impl Runtime for Docker {
    fn watch(&self) -> mpsc::Receiver<Notice> {
        let (notices, receiver) = mpsc::channel(NOTICES);
        tokio::spawn(watch::run(Arc::clone(&self.engine), notices));
        receiver
    }

    async fn pull(&self, image: &str, progress: Progress) -> Result<(), RuntimeError> {
        let client = self.engine.client()?;
        self.engine.answer(pull::image(&client, image, progress).await)
    }

    async fn start(&self, task: &TaskSpec, sandbox: Option<&Path>) -> Result<Started, RuntimeError> {
        let started = self.make_and_start(task, sandbox).await;
        if let (Err(RuntimeError::NoImage(_)), Some(_)) = (&started, &task.pod) {
            // Nothing runs yet, and while the image is on its way nobody would look after what was made.
            self.remove(&task.id).await?;
        }
        if started.is_err() {
            // Should it run all the same, its container says what it has.
            self.engine.gpus().release(&task.id);
        }
        started
    }

    async fn stop(&self, task: &TaskId, grace: Duration) -> Result<(), RuntimeError> {
        let ids = self.engine.ids_of(task)?;
        let client = self.engine.client()?.with_timeout(grace + STOP_MARGIN);
        let stopped = join_all(ids.iter().map(|id| self.stop_one(&client, id, grace))).await;
        // One that is gone is stopped, as long as there is any.
        let there = stopped.into_iter().filter(|stopped| *stopped != Err(RuntimeError::Missing));
        there.reduce(Result::and).unwrap_or(Err(RuntimeError::Missing))
    }

    async fn last_words(&self, task: &TaskId, end: &End) -> LastWords {
        let id = self.engine.id_in(task, end.container.as_deref());
        let (Ok(id), Ok(client)) = (id, self.engine.client()) else {
            return LastWords::default();
        };
        let out_of_memory = async {
            end.code == KILLED
                && client
                    .inspect_container(&id, None)
                    .await
                    .is_ok_and(|end| end.state.and_then(|state| state.oom_killed).unwrap_or_default())
        };
        let query = LogsQuery { follow: false, tail: Some(LAST_LINES), since: None };
        let log_tail = output::lines(&client, &id, query)
            .map(|output| output.line.chars().take(LAST_LINE_CHARS).collect())
            .collect::<Vec<String>>();
        let both = async { tokio::join!(out_of_memory, log_tail) };
        let (out_of_memory, mut log_tail) = tokio::time::timeout(LAST_WORDS_TIMEOUT, both).await.unwrap_or_default();
        log_tail.drain(..log_tail.len().saturating_sub(LAST_LINES as usize));
        LastWords { out_of_memory, log_tail }
    }

    async fn remove(&self, task: &TaskId) -> Result<(), RuntimeError> {
        let Ok(ids) = self.engine.ids_of(task) else {
            self.engine.gpus().release(task);
            return Ok(());
        };
        let client = self.engine.client()?;
        // Those in the network of the first go before it.
        for id in ids.iter().rev() {
            self.remove_one(&client, id).await?;
        }
        self.remove_volumes(&self.engine.volumes_of(task)).await?;
        self.engine.forget(task);
        Ok(())
    }

    async fn remove_volumes(&self, names: &[String]) -> Result<(), RuntimeError> {
        let client = self.engine.client()?;
        for name in names {
            match client.remove_volume(name, None::<RemoveVolumeOptions>).await {
                Err(err) if !is_missing(&err) => return Err(self.engine.refine(err)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    async fn logs(&self, task: &TaskId, query: LogsQuery) -> Result<BoxStream<'static, OutputLine>, RuntimeError> {
        let (ids, client) = (self.engine.ids_of(task)?, self.engine.client()?);
        Ok(output::merged(&client, &ids, query).await)
    }

    async fn exec(
        &self,
        task: &TaskId,
        container: Option<&str>,
        argv: &[String],
        timeout: Duration,
    ) -> Result<ExecEnd, RuntimeError> {
        exec::run(Arc::clone(&self.engine), self.engine.id_in(task, container)?, argv.to_vec(), timeout).await
    }

    async fn attach(&self, task: &TaskId, wish: &ExecWish) -> Result<Attached, RuntimeError> {
        attach::attach(Arc::clone(&self.engine), self.engine.id_in(task, wish.container.as_deref())?, wish).await
    }
}

/// Costs a call, so it is asked for only where something speaks to the container itself.
fn needs_address(task: &TaskSpec) -> bool {
    let checks = &task.checks;
    let probes = checks.health.iter().map(|check| &check.probe).chain(checks.inform.iter().map(|check| &check.probe));
    let asked = |probe: &Probe| match probe {
        Probe::Http { .. } | Probe::Tcp { .. } => true,
        Probe::Command { .. } => false,
    };
    let probed = checks.readiness.is_some() || probes.into_iter().any(asked);
    match task.network {
        NetworkMode::Host => false,
        NetworkMode::Bridge => probed || task.ports.iter().any(|port| port.host.is_none()),
        NetworkMode::Named(_) => true,
    }
}

fn first_address(container: ContainerInspectResponse) -> Option<String> {
    let networks = container.network_settings?.networks?;
    networks.into_values().find_map(|network| network.ip_address.filter(|address| !address.is_empty()))
}
