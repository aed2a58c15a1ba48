//! A `shipd dev` of the test's own: free ports, its own data folder, ended and cleaned up when dropped.

use super::ports::PortRange;
use super::{Checkout, Container, Finished, Running, containers_of, engine, http, programs};
use notify::{RecursiveMode, Watcher as _};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The daemon promises to be ready within ten seconds; building it first, on busy cores, may take longer.
const READY_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    folder: TempDir,
    ports: PortRange,
    daemon: Daemon,
    ready: Ready,
    agent: String,
}

/// The process; killed when dropped.
struct Daemon(Child);

/// What the daemon's ready file says.
struct Ready {
    http: String,
    repo: String,
}

impl Cluster {
    pub(crate) fn start() -> Cluster {
        engine::sweep();
        let folder = TempDir::with_prefix("ship-e2e-").expect("a temporary folder can be made");
        let ports = PortRange::claim();
        let (daemon, ready) = start_daemon(folder.path(), &ports);
        let mut cluster = Cluster { folder, ports, daemon, ready, agent: String::new() };
        cluster.agent = cluster.status()["agents"][0]["id"].as_str().expect("the agent has an id").to_owned();
        engine::remember(&cluster.agent);
        cluster
    }

    /// Ends the daemon as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.daemon.kill();
    }

    /// Ends the daemon as an operator would.
    pub(crate) fn stop(&mut self) {
        Running::start(Command::new("kill").arg(self.daemon.0.id().to_string())).finish().ok();
        let status = self.daemon.0.wait().expect("the daemon can be awaited");
        assert!(status.success(), "shipd ended with {status}:\n{}", self.log());
    }

    /// Starts the daemon again on the same data, on other ports.
    pub(crate) fn restart(&mut self) {
        (self.daemon, self.ready) = start_daemon(self.folder.path(), &self.ports);
    }

    /// A new clone of the cluster's repository.
    pub(crate) fn checkout(&self, name: &str) -> Checkout {
        Checkout::clone(&self.ready.repo, &self.folder.path().join(name))
    }

    /// `shipctl` for this cluster, in a folder that is no checkout.
    pub(crate) fn shipctl(&self, args: &[&str]) -> Finished {
        let mut command = programs::shipctl();
        command.args(args).env("SHIP_URL", &self.ready.http).current_dir(self.folder.path());
        programs::without_git_settings(&mut command);
        Running::start(&mut command).finish()
    }

    /// `shipctl status` of a cluster where all is as wanted, as JSON.
    pub(crate) fn status(&self) -> Value {
        let status = self.shipctl(&["status", "--format", "json"]).ok();
        serde_json::from_str(&status.stdout).expect("status prints JSON")
    }

    /// Waits for the end of a deployment and returns its last event.
    pub(crate) fn follow(&self, deployment: &str) -> String {
        http::last_event(&self.ready.http, &format!("/v1/deployments/{deployment}/follow"))
    }

    /// The containers of an app, the oldest first.
    pub(crate) fn containers(&self, app: &str) -> Vec<Container> {
        containers_of(&self.agent).into_iter().filter(|container| container.app == app).collect()
    }

    /// The containers of an app that run.
    pub(crate) fn running(&self, app: &str) -> Vec<Container> {
        self.containers(app).into_iter().filter(|container| container.running).collect()
    }

    /// Waits until nothing is left of an app. A stopped container is removed after its task's end is told.
    pub(crate) fn await_gone(&self, app: &str) {
        self.await_containers(app, |left| left.is_empty());
    }

    /// Waits until every container of an app runs, and returns them.
    pub(crate) fn await_running(&self, app: &str, wanted: usize) -> Vec<Container> {
        self.await_containers(app, |all| all.len() == wanted && all.iter().all(|container| container.running))
    }

    fn await_containers(&self, app: &str, accept: impl Fn(&[Container]) -> bool) -> Vec<Container> {
        let mut events = engine::events_of(&self.agent);
        loop {
            let containers = self.containers(app);
            if accept(&containers) {
                return containers;
            }
            events.any_line();
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(log_file(self.folder.path())).expect("the daemon's log can be read")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.daemon.kill();
        if std::thread::panicking() {
            print_log(&self.log());
        }
        engine::remove_containers(&self.agent);
        engine::forget(&self.agent);
    }
}

impl Daemon {
    /// It may have ended by itself; then there is nothing to kill.
    fn kill(&mut self) {
        self.0.kill().unwrap_or_default();
        drop(self.0.wait());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

#[expect(clippy::print_stderr, reason = "a failed test shows what its daemon said")]
fn print_log(log: &str) {
    eprintln!("--- shipd's log\n{log}");
}

fn start_daemon(folder: &Path, ports: &PortRange) -> (Daemon, Ready) {
    let ready_file = folder.join("ready.json");
    drop(fs::remove_file(&ready_file)); // of the daemon before; none at first
    let log = File::options().create(true).append(true).open(log_file(folder)).expect("a log can be opened");
    let daemon = programs::shipd()
        .args(["dev", "--http", "127.0.0.1:0", "--agents", "127.0.0.1:0", "--ports", &ports.to_string()])
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--ready-file")
        .arg(&ready_file)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a handle can be cloned"))
        .stderr(log)
        .spawn()
        .expect("shipd starts");
    let mut daemon = Daemon(daemon);
    let ready = await_ready(&ready_file, &mut daemon.0);
    (daemon, ready)
}

fn await_ready(file: &Path, daemon: &mut Child) -> Ready {
    let folder = file.parent().expect("the ready file is in a folder");
    let (changed, changes) = channel();
    let mut watcher =
        notify::recommended_watcher(move |_| changed.send(()).unwrap_or_default()).expect("files can be watched");
    watcher.watch(folder, RecursiveMode::NonRecursive).expect("the folder can be watched");
    let deadline = Instant::now() + READY_WITHIN;
    while !file.exists() {
        let log = || fs::read_to_string(log_file(folder)).unwrap_or_default();
        assert!(Instant::now() < deadline, "shipd is not ready after {READY_WITHIN:?}:\n{}", log());
        let ended = daemon.try_wait().expect("the daemon can be asked");
        assert!(ended.is_none(), "shipd ended before it was ready:\n{}", log());
        // The bound lets the daemon's end be noticed too.
        changes.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
    }
    let ready: Value = serde_json::from_slice(&fs::read(file).expect("the ready file can be read"))
        .expect("the ready file is JSON, complete from the start");
    let field = |name: &str| ready[name].as_str().expect("the ready file is complete").to_owned();
    Ready { http: field("http"), repo: field("repo") }
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("shipd.log")
}
