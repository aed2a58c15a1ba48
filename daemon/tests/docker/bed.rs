//! A place for one test: an agent id of its own, and nothing left behind.

use bollard::Docker as Client;
use bollard::query_parameters::{ListContainersOptions, RemoveContainerOptions};
use ship_core::model::{AgentId, AppId, Command, Digest, Image, NetworkMode, Resources, TaskId, TaskSpec, Version};
use shipd::runtime::docker::Docker;
use shipd::runtime::{Found, Notice, Runtime, Started};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;

pub(crate) const ENGINE: &str = "unix:///var/run/docker.sock";

/// Agents of these tests are called by the process that made them, so that the next run can tell which
/// ones are orphans.
const MARK: &str = "docker-test-";

static LAST: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Bed {
    pub agent: AgentId,
    pub docker: Docker,
    pub client: Client,
}

/// Runs `test` with a fresh bed and removes its containers, however it ends.
pub(crate) async fn lie<F, Fut>(test: F)
where
    F: FnOnce(Bed) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let client = Client::connect_with_host(ENGINE).expect("an engine: run `make setup`");
    let client = client.negotiate_version().await.expect("an engine that answers: run `make setup`");
    client.inspect_image("busybox").await.expect("the image `busybox`: run `make setup`");
    sweep(&client, is_orphan).await;

    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let agent = AgentId::new(format!("{MARK}{}-{number}", std::process::id()));
    let bed = Bed { agent: agent.clone(), docker: Docker::new(ENGINE, agent.clone()), client: client.clone() };
    let outcome = tokio::spawn(tokio::time::timeout(Duration::from_secs(120), test(bed))).await;
    sweep(&client, |of| of == agent.as_str()).await;
    match outcome {
        Ok(in_time) => in_time.expect("the test ends within two minutes"),
        Err(err) => std::panic::resume_unwind(err.into_panic()),
    }
}

fn is_orphan(agent: &str) -> bool {
    let process = agent.strip_prefix(MARK).and_then(|rest| rest.split('-').next());
    process.is_some_and(|process| !Path::new("/proc").join(process).exists())
}

async fn sweep(client: &Client, is_ours: impl Fn(&str) -> bool) {
    for container in list(client, "ship.agent").await {
        let labels = container.labels.unwrap_or_default();
        if labels.get("ship.agent").is_some_and(|agent| is_ours(agent)) {
            let options = RemoveContainerOptions { force: true, v: true, link: false };
            // Another test may sweep the same orphan.
            let _ = client.remove_container(&container.id.expect("an id"), Some(options)).await;
        }
    }
}

async fn list(client: &Client, label: &str) -> Vec<bollard::models::ContainerSummary> {
    let filters = HashMap::from([("label".to_owned(), vec![label.to_owned()])]);
    let options = ListContainersOptions { all: true, filters: Some(filters), ..ListContainersOptions::default() };
    client.list_containers(Some(options)).await.expect("the engine lists")
}

impl Bed {
    /// A task that runs `line`.
    pub(crate) fn task(&self, name: &str, line: &str) -> TaskSpec {
        TaskSpec {
            id: TaskId::new(format!("{}.{name}", self.agent)),
            app: AppId::parse("/app").expect("an app id"),
            version: Version::default(),
            digest: Digest::of(b""),
            image: Image { name: "busybox".to_owned(), force_pull: false },
            command: Command::Shell(line.to_owned()),
            env: BTreeMap::new(),
            user: None,
            resources: Resources::default(),
            network: NetworkMode::Host,
            ports: Vec::new(),
            volumes: Vec::new(),
            mounts: Vec::new(),
            privileged: false,
            parameters: Vec::new(),
            tty: false,
            kill_grace_secs: None,
            checks: ship_core::model::Checks::default(),
            pod: None,
        }
    }

    pub(crate) async fn run(&self, task: &TaskSpec) -> Started {
        self.docker.start(task, None).await.expect("starts")
    }

    /// Names of this bed's containers.
    pub(crate) async fn containers(&self) -> Vec<String> {
        let all = list(&self.client, &format!("ship.agent={}", self.agent)).await;
        all.into_iter().flat_map(|one| one.names.unwrap_or_default()).collect()
    }
}

pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("happens within bounded time")
}

/// What is next told of containers or of the engine. Images come and go with other tests.
pub(crate) async fn next(notices: &mut mpsc::Receiver<Notice>) -> Option<Notice> {
    loop {
        match soon(notices.recv()).await {
            Some(Notice::Has(_)) => {}
            other => return other,
        }
    }
}

pub(crate) async fn up(notices: &mut mpsc::Receiver<Notice>) -> Vec<Found> {
    match next(notices).await {
        Some(Notice::Up { found, .. }) => found,
        other => panic!("the engine is not up: {other:?}"),
    }
}

pub(crate) async fn exit_of(notices: &mut mpsc::Receiver<Notice>, task: &TaskSpec) -> i64 {
    loop {
        match next(notices).await {
            Some(Notice::Exited { task: ended, end }) if ended == task.id => return end.code,
            Some(Notice::Exited { .. } | Notice::Up { .. }) => {}
            other => panic!("no exit but {other:?}"),
        }
    }
}

/// Until a process runs `sleep SECS`, in whatever container.
pub(crate) async fn one_sleeps(secs: &str) {
    soon(until(|| sleeping(secs) == 1)).await;
}

/// A killed process is there until its parent took note.
pub(crate) async fn none_sleeps(secs: &str) {
    soon(until(|| sleeping(secs) == 0)).await;
}

async fn until(done: impl Fn() -> bool) {
    while !done() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Processes of this machine, those in containers included, that run `sleep SECS`.
fn sleeping(secs: &str) -> usize {
    let wanted = format!("sleep\0{secs}\0");
    let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
    processes
        .filter(|one| std::fs::read(one.path().join("cmdline")).is_ok_and(|line| line == wanted.as_bytes()))
        .count()
}
