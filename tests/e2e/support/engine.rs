//! The engine as it is, asked directly: what runs for an agent, and its removal.
//!
//! The agents of running tests are noted in a folder of the build, so that a later run can remove the containers that
//! a killed one left behind.

use super::Running;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::{SystemTime, UNIX_EPOCH};

/// A task's container as the engine shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) app: String,
    pub(crate) agent: String,
    pub(crate) started: String,
    pub(crate) running: bool,
    pub(crate) env: BTreeMap<String, String>,
    /// Host ports, in order.
    pub(crate) ports: Vec<u16>,
}

pub(crate) fn containers_of(agent: &str) -> Vec<Container> {
    let ids = ids_of(agent);
    if ids.is_empty() {
        return Vec::new();
    }
    // One that is removed meanwhile is not shown and makes docker's exit code 1.
    let shown = Running::start(docker().arg("inspect").args(&ids)).finish().stdout;
    let shown: Vec<Value> = serde_json::from_str(&shown).expect("docker inspect prints JSON");
    shown.iter().map(container).collect()
}

/// What a quick look shows of a container: its id, whether it runs, its first host port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glimpse {
    pub(crate) id: String,
    pub(crate) running: bool,
    pub(crate) port: Option<u16>,
}

/// An app's containers in a single question to the engine.
pub(crate) fn glance(agent: &str, app: &str) -> Vec<Glimpse> {
    let filters = [format!("label=ship.agent={agent}"), format!("label=ship.app={app}")];
    let format = "{{.ID}} {{.State}} {{.Ports}}";
    let mut ps = docker();
    ps.args(["ps", "--all", "--no-trunc", "--format", format]);
    ps.args(filters.iter().flat_map(|filter| ["--filter", filter]));
    Running::start(&mut ps).finish().ok().stdout.lines().map(glimpse).collect()
}

/// `8f3a.. running 0.0.0.0:31001->8080/tcp`
fn glimpse(line: &str) -> Glimpse {
    let mut words = line.split(' ');
    let id = words.next().unwrap_or_default().to_owned();
    let running = words.next() == Some("running");
    let port = words.find_map(|word| word.split_once("->")?.0.rsplit(':').next()?.parse().ok());
    Glimpse { id, running, port }
}

fn container(shown: &Value) -> Container {
    let text = |value: &Value| value.as_str().expect("docker inspect shows a text here").to_owned();
    Container {
        id: text(&shown["Id"]),
        app: text(&shown["Config"]["Labels"]["ship.app"]),
        agent: text(&shown["Config"]["Labels"]["ship.agent"]),
        started: text(&shown["State"]["StartedAt"]),
        running: shown["State"]["Running"].as_bool().expect("docker inspect tells whether it runs"),
        env: env(&shown["Config"]["Env"]),
        ports: host_ports(&shown["NetworkSettings"]["Ports"]),
    }
}

fn env(shown: &Value) -> BTreeMap<String, String> {
    let pairs = shown.as_array().into_iter().flatten().filter_map(Value::as_str);
    pairs.filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn host_ports(shown: &Value) -> Vec<u16> {
    let bindings = shown.as_object().into_iter().flatten().filter_map(|(_, bindings)| bindings[0]["HostPort"].as_str());
    let mut ports: Vec<u16> = bindings.map(|port| port.parse().expect("a port is a number")).collect();
    ports.sort_unstable();
    ports
}

/// What the engine does with an app's containers from this moment on, a line for each event.
pub(crate) fn events(app: &str) -> Running {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is right").as_secs();
    let filter = format!("label=ship.app={app}");
    let mut events = docker();
    Running::start(events.args([
        "events",
        "--filter",
        "type=container",
        "--filter",
        &filter,
        "--since",
        &now.to_string(),
    ]))
}

/// Notes that this process owns an agent's containers.
pub(crate) fn remember(agent: &str) {
    fs::create_dir_all(notes()).expect("a folder can be made");
    fs::write(notes().join(agent), process::id().to_string()).expect("a note can be written");
}

pub(crate) fn forget(agent: &str) {
    // None if the test failed before its agent was known.
    drop(fs::remove_file(notes().join(agent)));
}

/// Removes what test runs that no longer exist left behind.
pub(crate) fn sweep() {
    for note in fs::read_dir(notes()).into_iter().flatten().flatten() {
        let owner = fs::read_to_string(note.path()).unwrap_or_default();
        if !Path::new("/proc").join(owner.trim()).join("stat").exists() {
            let agent = note.file_name().to_string_lossy().into_owned();
            remove_containers(&agent);
            forget(&agent);
        }
    }
}

pub(crate) fn remove_containers(agent: &str) {
    let ids = ids_of(agent);
    if !ids.is_empty() {
        // One may have ended and gone by itself meanwhile.
        Running::start(docker().args(["rm", "--force", "--volumes"]).args(&ids)).finish();
    }
    let volumes = volumes_of(agent);
    if !volumes.is_empty() {
        Running::start(docker().args(["volume", "rm", "--force"]).args(&volumes)).finish();
    }
}

fn volumes_of(agent: &str) -> Vec<String> {
    if agent.is_empty() {
        return Vec::new();
    }
    let filter = format!("label=ship.agent={agent}");
    let listed = Running::start(docker().args(["volume", "ls", "--quiet", "--filter", &filter])).finish();
    listed.ok().stdout.lines().map(str::to_owned).collect()
}

fn ids_of(agent: &str) -> Vec<String> {
    if agent.is_empty() {
        return Vec::new(); // an empty label would select the containers of every agent
    }
    let filter = format!("label=ship.agent={agent}");
    let listed = Running::start(docker().args(["ps", "--all", "--quiet", "--no-trunc", "--filter", &filter])).finish();
    listed.ok().stdout.lines().map(str::to_owned).collect()
}

fn notes() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("agents")
}

fn docker() -> Command {
    Command::new("docker")
}
