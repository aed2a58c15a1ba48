//! A cluster of the test's own on free ports, and what a person can do with it. Ended and cleaned up when dropped.

use super::daemon::Daemon;
use super::ports::PortRange;
use super::{Checkout, Container, Finished, Running, containers_of, engine, http, programs};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) struct Cluster {
    folder: TempDir,
    /// The master; with `shipd dev` its agent too.
    pub(crate) master: Daemon,
    /// Agents of their own, by the name of their host.
    pub(crate) agents: BTreeMap<String, Daemon>,
    /// Of all agents.
    ids: Vec<String>,
    _ports: Vec<PortRange>,
}

impl Cluster {
    /// `shipd dev`.
    pub(crate) fn start() -> Cluster {
        Cluster::start_with(&[])
    }

    /// `shipd dev` with more arguments.
    pub(crate) fn start_with(args: &[&str]) -> Cluster {
        let ports = PortRange::claim();
        let dev = ["dev", "--agents", "127.0.0.1:0", "--ports", &ports.to_string()];
        let mut cluster = Cluster::with_master(&[&dev, args].concat(), vec![ports]);
        cluster.note_agent_of("master");
        cluster
    }

    /// `shipd master`, and a `shipd agent` for each of the hosts, all on one engine. They may still be joining.
    pub(crate) fn of_hosts(hosts: &[&str]) -> Cluster {
        let mut cluster = Cluster::with_master(&["master", "--agents", "127.0.0.1:0"], Vec::new());
        for &host in hosts {
            cluster.add_agent(host);
        }
        cluster
    }

    fn with_master(args: &[&str], ports: Vec<PortRange>) -> Cluster {
        engine::sweep();
        let folder = TempDir::with_prefix("ship-e2e-").expect("a temporary folder can be made");
        let args = [args, &["--http", "127.0.0.1:0"]].concat();
        let master = Daemon::start(folder.path().join("master"), &args);
        Cluster { folder, master, agents: BTreeMap::new(), ids: Vec::new(), _ports: ports }
    }

    fn add_agent(&mut self, host: &str) {
        let ports = PortRange::claim();
        let token = self.master.file("join-token");
        let range = ports.to_string();
        let join = ["agent", "--join", self.master.ready("agents"), "--token", token.trim()];
        let host_args = ["--hostname", host, "--ports", &range, "--resources", "cpus=1,mem=1024"];
        let agent = Daemon::start(self.folder.path().join(host), &[&join[..], &host_args[..]].concat());
        self.agents.insert(host.to_owned(), agent);
        self._ports.push(ports);
        self.note_agent_of(host);
    }

    /// From here on, the containers of the agent in this daemon are the test's to remove.
    fn note_agent_of(&mut self, daemon: &str) {
        let file = self.folder.path().join(daemon).join("data/agent/agent.json");
        let identity = fs::read(file).expect("an agent keeps its identity");
        let identity: Value = serde_json::from_slice(&identity).expect("an identity is JSON");
        let id = identity["id"].as_str().expect("an identity has an id").to_owned();
        engine::remember(&id);
        self.ids.push(id);
    }

    /// A new clone of the cluster's repository.
    pub(crate) fn checkout(&self, name: &str) -> Checkout {
        Checkout::clone(self.master.ready("repo"), &self.folder.path().join(name), self.master.ready("http"))
    }

    /// A new folder that goes with the cluster.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).expect("a folder can be made");
        folder
    }

    /// `shipctl` for this cluster, in a folder that is no checkout.
    pub(crate) fn shipctl(&self, args: &[&str]) -> Finished {
        let mut shipctl = programs::shipctl(self.folder.path(), self.master.ready("http"));
        Running::start(shipctl.args(args)).finish()
    }

    /// `shipctl status` of a cluster where all is as wanted, as JSON.
    pub(crate) fn status(&self) -> Value {
        let status = self.shipctl(&["status", "--format", "json"]).ok();
        serde_json::from_str(&status.stdout).expect("status prints JSON")
    }

    /// Waits for the end of a deployment and returns its last event.
    pub(crate) fn follow(&self, deployment: &str) -> String {
        http::last_event(self.master.ready("http"), &format!("/v1/deployments/{deployment}/follow"))
    }

    /// The containers of an app, the oldest first.
    pub(crate) fn containers(&self, app: &str) -> Vec<Container> {
        let mut containers: Vec<Container> = self.ids.iter().flat_map(|id| containers_of(id)).collect();
        containers.retain(|container| container.app == app);
        containers.sort_by(|a, b| a.started.cmp(&b.started));
        containers
    }

    /// The containers of an app, looked at as fast as the engine answers.
    pub(crate) fn glance(&self, app: &str) -> Vec<engine::Glimpse> {
        let mut seen: Vec<engine::Glimpse> = self.ids.iter().flat_map(|id| engine::glance(id, app)).collect();
        seen.sort_by(|a, b| a.id.cmp(&b.id));
        seen
    }

    /// The containers of an app that run.
    pub(crate) fn running(&self, app: &str) -> Vec<Container> {
        self.containers(app).into_iter().filter(|container| container.running).collect()
    }

    /// Waits until nothing is left of an app. A stopped container is removed after its task's end is told.
    pub(crate) fn await_gone(&self, app: &str) {
        self.await_containers(app, |left| left.is_empty());
    }

    /// Waits until an app has so many containers and all run, and returns them.
    pub(crate) fn await_running(&self, app: &str, wanted: usize) -> Vec<Container> {
        self.await_containers(app, |all| all.len() == wanted && all.iter().all(|container| container.running))
    }

    /// Waits until an app has the containers that are asked for, looking again with each event of the engine.
    pub(crate) fn await_containers(&self, app: &str, accept: impl Fn(&[Container]) -> bool) -> Vec<Container> {
        let mut events = engine::events(app);
        loop {
            let containers = self.containers(app);
            if accept(&containers) {
                return containers;
            }
            events.any_line();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            print_logs(self.agents.values().chain([&self.master]));
        }
        self.agents.values_mut().chain([&mut self.master]).for_each(Daemon::kill);
        for id in &self.ids {
            engine::remove_containers(id);
            engine::forget(id);
        }
    }
}

#[expect(clippy::print_stderr, reason = "a failed test shows what its daemons said")]
fn print_logs<'a>(daemons: impl Iterator<Item = &'a Daemon>) {
    daemons.for_each(|daemon| eprintln!("--- log of a shipd\n{}", daemon.log()));
}
