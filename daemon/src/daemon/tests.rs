//! Whole daemons on free ports, over a fake engine that outlives them as containers do.

mod looking;
mod reverting;

use super::Daemon;
use crate::agent::crowd;
use crate::args::{BenchAgentsArgs, Cli, Command};
use crate::data_dir::DataDir;
use crate::master::{Master, sample_app};
use crate::runtime::fake::Fake;
use crate::runtime::{OutputLine, Runtime, Source};
use crate::settings::{Settings, SettingsError};
use clap::Parser;
use futures_util::StreamExt;
use ship_core::cluster::{Cluster, Commit, Event, Outcome, Reporter};
use ship_core::model::{AppId, CommitId, DeploymentId, TaskId, Timestamp, Wanted};
use ship_core::protocol::LogLine;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Longer than anything here can take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a process is to its threads: all of them end with it, wherever they are.
struct Process {
    runtime: tokio::runtime::Runtime,
    daemon: Daemon,
}

impl Process {
    fn boot(data: &Path, engine: &Fake) -> anyhow::Result<Self> {
        Self::start(settings(data), engine)
    }

    fn start(settings: Settings, engine: &Fake) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let engine: Arc<dyn Runtime> = Arc::new(engine.clone());
        let daemon = runtime.block_on(Daemon::start(settings, Some(engine), runtime.handle().clone()))?;
        Ok(Self { runtime, daemon })
    }

    fn stop(self) {
        self.runtime.block_on(self.daemon.stop());
    }

    /// Nothing gets a chance to say goodbye.
    fn kill(self) {
        self.runtime.shutdown_timeout(PATIENCE);
    }

    fn master(&self) -> &Master {
        self.daemon.master().expect("a dev daemon has a master")
    }

    fn desire(&self, id: &str, instances: u32) -> DeploymentId {
        let app = sample_app("/web", instances);
        let mut wanted = Wanted::default();
        wanted.apps.insert(app.id.clone(), Arc::new(app));
        let commit = Commit {
            id: CommitId::new(id),
            author: "A <a@b.example>".into(),
            subject: "web".into(),
            reverts: None,
            version: None,
        };
        self.runtime.block_on(self.master().desire(commit, wanted)).unwrap().expect("a deployment")
    }

    /// What a terminal shows that follows the deployment from its beginning to its end.
    fn replay(&self, id: &DeploymentId) -> Vec<String> {
        let events = self.master().follow(id).expect("a known deployment").collect::<Vec<_>>();
        let events = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, events).await });
        let mut reporter = Reporter::new(Timestamp(0));
        let at_once = |event: Event| Event { at: Timestamp(0), ..event };
        events.expect("an end").into_iter().map(at_once).flat_map(|event| reporter.lines(&event)).collect()
    }

    /// Waits for news until the cluster is as told.
    fn wait(&self, what: &str, holds: impl Fn(&Cluster) -> bool) {
        let mut news = self.master().news();
        let wait = async {
            while !holds(&self.master().snapshot()) {
                news.changed().await.unwrap();
            }
        };
        let in_time = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, wait).await });
        assert!(
            in_time.is_ok(),
            "waiting until {what}: {:#?}",
            self.master().snapshot().app_views(crate::clock::now(), None)
        );
    }
}

fn settings(data: &Path) -> Settings {
    let data = data.to_str().unwrap();
    let args = ["shipd", "dev", "--data", data, "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0"];
    parsed(&args).unwrap()
}

fn parsed(args: &[&str]) -> Result<Settings, SettingsError> {
    match Cli::try_parse_from(args).unwrap().command {
        Command::Dev(args) => Settings::of_dev(args),
        Command::Master(args) => Settings::of_master(args),
        Command::Agent(args) => Settings::of_agent(args),
        Command::BenchAgents(_) => unreachable!("it has no settings"),
    }
}

fn tasks(cluster: &Cluster) -> BTreeSet<TaskId> {
    cluster.tasks_of(&AppId::parse("/web").unwrap()).map(|task| task.id.clone()).collect()
}

fn succeeded(id: &DeploymentId) -> impl Fn(&Cluster) -> bool {
    move |cluster| cluster.deployment(id).is_some_and(|deployment| deployment.outcome == Outcome::Succeeded)
}

fn refusal(data: &Path) -> String {
    let Err(error) = Process::boot(data, &Fake::default()) else { panic!("it must not start") };
    format!("{error:#}")
}

#[test]
fn simulated_agents_take_tasks_keep_them_and_give_them_back() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let text = data.path().to_str().unwrap();
    let args = ["shipd", "master", "--data", text, "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0"];
    let process = Process::start(parsed(&args).unwrap(), &engine).unwrap();
    let token = fs::read_to_string(data.path().join("join-token")).unwrap();
    let crowd = BenchAgentsArgs {
        join: process.daemon.ready().agents.clone(),
        token: token.trim().to_owned(),
        agents: 3,
        cpus: 4,
        mem: 4096,
    };
    let stop = CancellationToken::new();
    let ended = stop.clone();
    let playing = process.runtime.spawn(async move { crowd::run(&crowd, &ended).await });
    process.wait("all have joined", |cluster| cluster.agent_views().len() == 3);
    let id = process.desire("c1", 30);
    process.wait("all run", succeeded(&id));
    let fewer = process.desire("c2", 10);
    process.wait("the rest is gone", |cluster| succeeded(&fewer)(cluster) && tasks(cluster).len() == 10);
    stop.cancel();
    process.runtime.block_on(async { tokio::time::timeout(PATIENCE, playing).await }).unwrap().unwrap();
    process.wait("nobody is left", |cluster| cluster.agent_views().iter().all(|agent| agent.state == "not connected"));
    process.stop();
}

#[test]
fn a_restart_relaunches_nothing() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let first = Process::boot(data.path(), &engine).unwrap();
    let id = first.desire("c1", 3);
    first.wait("the rollout is done", succeeded(&id));
    let before = tasks(&first.master().snapshot());
    first.stop();

    let second = Process::boot(data.path(), &engine).unwrap();
    assert_eq!(tasks(&second.master().snapshot()), before);
    assert_eq!(second.master().snapshot().commit().map(|commit| commit.id.as_str()), Some("c1"));
    let next = second.desire("c2", 4);
    second.wait("the next rollout is done", succeeded(&next));
    assert!(tasks(&second.master().snapshot()).is_superset(&before));
    assert_eq!(engine.starts(), 4, "three of the first daemon, one more of the second");
    second.stop();
}

#[test]
fn a_rollout_survives_a_kill_in_its_middle() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let first = Process::boot(data.path(), &engine).unwrap();
    let whole = first.desire("c1", 4);
    first.wait("four run", succeeded(&whole));
    engine.hold_starts();
    let id = first.desire("c2", 20);
    first.wait("all are on their way", |cluster| tasks(cluster).len() == 20);
    let promised = tasks(&first.master().snapshot());
    first.kill();

    engine.release();
    let second = Process::boot(data.path(), &engine).unwrap();
    second.wait("the rollout goes on to its end", succeeded(&id));
    assert_eq!(tasks(&second.master().snapshot()), promised, "the same tasks, none twice");
    assert_eq!(engine.containers().into_iter().collect::<BTreeSet<_>>(), promised);
    assert_eq!(engine.starts(), 20);
    second.kill();
}

#[test]
fn a_deployment_is_replayed_whole_after_a_kill() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let first = Process::boot(data.path(), &engine).unwrap();
    let done = first.desire("c1", 2);
    first.wait("two run", succeeded(&done));
    let before = first.replay(&done);
    engine.hold_starts();
    let open = first.desire("c2", 3);
    first.wait("it is under way", |cluster| tasks(cluster).len() == 3);
    first.kill();

    let second = Process::boot(data.path(), &engine).unwrap();
    assert_eq!(second.replay(&done), before);
    engine.release();
    second.wait("the other goes on to its end", succeeded(&open));
    let lines = second.replay(&open);
    assert!(lines.last().unwrap().starts_with("success: 1 app done"), "{lines:?}");
    second.kill();
}

#[test]
fn a_followed_log_goes_on_when_its_agent_returns() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let folder = |name: &str| data.path().join(name).to_str().unwrap().to_owned();
    let (master, agent) = (folder("master"), folder("agent"));
    let master = ["shipd", "master", "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0", "--data", &master];
    let master = Process::start(parsed(&master).unwrap(), &engine).unwrap();
    let (join, token) =
        (master.daemon.ready().agents.clone(), fs::read_to_string(data.path().join("master/join-token")));
    let token = token.unwrap();
    let agent = ["shipd", "agent", "--join", &join, "--token", token.trim(), "--data", &agent];
    let agent = || Process::start(parsed(&agent).unwrap(), &engine).unwrap();
    let first = agent();
    let id = master.desire("c1", 1);
    master.wait("it runs", succeeded(&id));
    let task = tasks(&master.master().snapshot()).pop_first().unwrap();

    let print =
        |text: &str| engine.print(&task, OutputLine { source: Source::Stdout, at: None, line: text.to_owned() });
    print("before");
    let url = format!("{}/v1/logs?app=/web&follow=true", master.daemon.ready().http.as_ref().unwrap());
    let mut log = master.runtime.block_on(reqwest::get(url)).unwrap();
    let mut next = || master.runtime.block_on(async { tokio::time::timeout(PATIENCE, log.chunk()).await }).unwrap();
    assert!(String::from_utf8_lossy(&next().unwrap().unwrap()).contains("before"));
    first.kill();
    let second = agent();
    let patience = std::time::Instant::now() + PATIENCE;
    while engine.readers(&task) == 0 {
        assert!(std::time::Instant::now() < patience, "the log is opened again");
        std::thread::yield_now();
    }
    print("after");
    assert!(String::from_utf8_lossy(&next().unwrap().unwrap()).contains("after"));
    second.kill();
    master.kill();
}

#[test]
fn one_folder_has_one_daemon() {
    let (data, engine) = (TempDir::new().unwrap(), Fake::default());
    let first = Process::boot(data.path(), &engine).unwrap();
    let why = refusal(data.path());
    assert!(why.contains("in use by another shipd (process "), "{why}");
    first.kill();
    Process::boot(data.path(), &engine).expect("free again").stop();
}

#[test]
fn what_cannot_be_read_is_refused_and_left_alone() {
    let data = TempDir::new().unwrap();
    Process::boot(data.path(), &Fake::default()).unwrap().stop();
    let spoil = |file: &str, bytes: &[u8], word: &str| {
        let path = data.path().join(file);
        let sound = fs::read(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        let why = refusal(data.path());
        assert!(why.contains(word), "{why}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{file} is as it was");
        fs::write(&path, sound).unwrap();
    };
    spoil("format", b"2\n", "newer shipd (format 2");
    spoil("format", b"what\n", "does not hold a version number");
    spoil("store.redb", b"not a store", "is damaged");
    spoil("join-token", b"", "`join-token` is empty");

    let store = data.path().join("store.redb");
    fs::remove_file(&store).unwrap();
    let why = refusal(data.path());
    assert!(why.contains("`store.redb` is missing"), "{why}");
    assert!(!store.exists(), "no empty one takes its place");
}

#[test]
fn a_taken_address_is_named() {
    let data = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = data.path().to_str().unwrap();
    let settings = parsed(&["shipd", "dev", "--data", folder, "--http", &address, "--agents", "127.0.0.1:0"]).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let Err(error) =
        runtime.block_on(Daemon::start(settings, Some(Arc::new(Fake::default())), runtime.handle().clone()))
    else {
        panic!("it must not start");
    };
    assert!(format!("{error:#}").contains(&format!("cannot listen on {address}")), "{error:#}");
    DataDir::open(data.path()).expect("the folder is free again");
}

#[test]
fn the_ready_file_tells_where_to_go() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("ready.json");
    let mut settings = settings(&data.path().join("data"));
    settings.ready_file = Some(file.clone());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let daemon =
        runtime.block_on(Daemon::start(settings, Some(Arc::new(Fake::default())), runtime.handle().clone())).unwrap();
    let ready: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let http = ready["http"].as_str().unwrap();
    assert_eq!(ready["repo"], format!("{http}/repo.git"));
    let agents = daemon.master().unwrap().snapshot().agent_views();
    assert_eq!(agents.iter().map(|agent| agent.state.as_str()).collect::<Vec<_>>(), ["up"]);
    runtime.block_on(daemon.stop());
}

#[test]
fn flags_come_before_the_settings_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ship.toml");
    fs::write(&file, "[daemon]\nhttp = \"127.0.0.1:1\"\nagents = \"127.0.0.1:2\"\ndata = \"/elsewhere\"\n").unwrap();
    let file = file.to_str().unwrap();
    let settings = parsed(&["shipd", "dev", "--config", file, "--agents", "127.0.0.1:3"]).unwrap();
    assert_eq!(settings.data, Path::new("/elsewhere"));
    let crate::settings::Role::Dev { serving, .. } = settings.role else { panic!("dev is asked for") };
    assert_eq!((serving.http.port(), serving.agents.port()), (1, 3));

    fs::write(file, "[daemon]\nhttps = true\n").unwrap();
    let why = parsed(&["shipd", "dev", "--config", file]).expect_err("an unknown setting").to_string();
    assert!(why.contains("https") && why.contains(&format!("--> {file}:2:1")), "{why}");
    let open = parsed(&["shipd", "dev", "--http", "0.0.0.0:0"]).expect_err("dev is for one machine");
    assert!(matches!(open, SettingsError::NotLoopback(_)), "{open}");
}

#[test]
fn a_daemon_reads_the_settings_of_its_machine_again() {
    let data = tempfile::tempdir().unwrap();
    let config = data.path().join("ship.toml");
    let write = |rack: &str| fs::write(&config, format!("[agent.attributes]\nrack = {rack}\n")).unwrap();
    write("\"a\"");
    let folder = data.path().join("shipd");
    let flags = ["--data", folder.to_str().unwrap(), "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0"];
    let args = [&["shipd", "dev", "--config", config.to_str().unwrap()], &flags[..]].concat();
    let mut process = Process::start(parsed(&args).unwrap(), &Fake::default()).unwrap();
    let has = |rack: &'static str| {
        move |cluster: &Cluster| {
            cluster.connected().any(|info| info.attributes.get("rack").is_some_and(|value| value.to_string() == rack))
        }
    };
    process.wait("the agent is on rack a", has("a"));
    process.desire("one", 1);
    process.wait("the rollout is done", succeeded(&DeploymentId::new("one")));
    let before = tasks(&process.master().snapshot());
    write("true");
    process.daemon.reload();
    write("\"b\"");
    process.daemon.reload();
    process.wait("the agent is on rack b, whatever the mistake in between", has("b"));
    assert_eq!(tasks(&process.master().snapshot()), before);
    process.stop();
}
