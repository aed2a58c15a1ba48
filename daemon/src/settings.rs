//! What shipd is told: flags first, then `SHIP_*` variables, then the `[daemon]` table of a `ship.toml`,
//! then defaults. Resolved once, before anything starts.

mod machine;

pub use machine::Machine;

use crate::args::{AgentArgs, CommonArgs, DevArgs, MasterArgs, ServingArgs};
use crate::git;
use ship_core::model::PortRange;
use ship_repo::{DaemonSettings, HostPortsError};
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

const HTTP_PORT: u16 = 8080;
const AGENTS_PORT: u16 = 5050;
const BRANCH: &str = "main";

/// One process: a master, an agent, or both.
#[derive(Debug, Clone)]
pub struct Settings {
    pub data: PathBuf,
    pub ready_file: Option<PathBuf>,
    pub role: Role,
}

#[derive(Debug, Clone)]
pub enum Role {
    Dev { serving: Serving, machine: Box<Machine> },
    Master { serving: Serving },
    Agent { join: String, token: String, machine: Box<Machine> },
}

#[derive(Debug, Clone)]
pub struct Serving {
    pub http: SocketAddr,
    pub agents: SocketAddr,
    pub source: git::Source,
    pub branch: String,
    /// From which service ports are chosen that files leave open.
    pub service_ports: PortRange,
    pub webhook_secret: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    HostPorts(#[from] HostPortsError),
    #[error("`shipd dev` serves this machine only, not `{0}`; use `shipd master` and `shipd agent`")]
    NotLoopback(SocketAddr),
    #[error("cannot read the settings `{}`", path.display())]
    Read {
        path: PathBuf,
        #[source]
        err: std::io::Error,
    },
    #[error("the settings `{}` are not valid:\n{findings}", path.display())]
    File { path: PathBuf, findings: String },
    #[error("`{setting}` is no address such as `127.0.0.1:8080`: `{text}`")]
    Address { setting: &'static str, text: String },
    #[error("there is no home folder to keep data in; name a folder with --data")]
    NoHome,
}

impl Settings {
    pub fn of_dev(args: DevArgs) -> Result<Self, SettingsError> {
        let file = file(args.common.config.as_deref())?.daemon;
        let serving = serving(args.serving, &file, Ipv4Addr::LOCALHOST)?;
        if let Some(open) = [serving.http, serving.agents].into_iter().find(|address| !address.ip().is_loopback()) {
            return Err(SettingsError::NotLoopback(open));
        }
        let machine = Machine::read(args.machine, args.common.config.clone())?;
        let role = Role::Dev { serving, machine: Box::new(machine) };
        let data = match data(&args.common, &file) {
            Some(data) => data,
            None => state_folder()?,
        };
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }

    pub fn of_master(args: MasterArgs) -> Result<Self, SettingsError> {
        let file = file(args.common.config.as_deref())?.daemon;
        let role = Role::Master { serving: serving(args.serving, &file, Ipv4Addr::UNSPECIFIED)? };
        let data = data(&args.common, &file).unwrap_or_else(system_folder);
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }

    pub fn of_agent(args: AgentArgs) -> Result<Self, SettingsError> {
        let file = file(args.common.config.as_deref())?.daemon;
        let machine = Machine::read(args.machine, args.common.config.clone())?;
        let role = Role::Agent { join: args.join, token: args.token, machine: Box::new(machine) };
        let data = data(&args.common, &file).unwrap_or_else(system_folder);
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }
}

/// What the file says, if one is named.
fn file(path: Option<&Path>) -> Result<ship_repo::Settings, SettingsError> {
    let Some(path) = path else { return Ok(ship_repo::Settings::default()) };
    let bytes = std::fs::read(path).map_err(|err| SettingsError::Read { path: path.to_owned(), err })?;
    match ship_repo::Settings::read(&bytes) {
        (settings, findings) if findings.is_empty() => Ok(settings),
        (_, mut findings) => {
            findings.iter_mut().for_each(|finding| finding.file = path.display().to_string().into());
            let findings = ship_repo::report::human(&findings, ship_repo::report::Style::Plain);
            Err(SettingsError::File { path: path.to_owned(), findings })
        }
    }
}

fn serving(args: ServingArgs, file: &DaemonSettings, host: Ipv4Addr) -> Result<Serving, SettingsError> {
    let address = |flag: Option<SocketAddr>, setting: &'static str, text: Option<&String>, port| match (flag, text) {
        (Some(address), _) => Ok(address),
        (None, Some(text)) => text.parse().map_err(|_| SettingsError::Address { setting, text: text.clone() }),
        (None, None) => Ok((host, port).into()),
    };
    let source = match (args.repo, args.upstream) {
        (Some(repo), _) => git::Source::Watched { repo },
        (None, Some(url)) => git::Source::Upstream { url, every: git::POLL_EVERY },
        (None, None) => git::Source::Hosted,
    };
    Ok(Serving {
        http: address(args.http, "http", file.http.as_ref(), HTTP_PORT)?,
        agents: address(args.agents, "agents", file.agents.as_ref(), AGENTS_PORT)?,
        source,
        branch: args.branch.or_else(|| file.branch.clone()).unwrap_or_else(|| BRANCH.to_owned()),
        service_ports: service_ports(args.service_ports, file),
        webhook_secret: args.webhook_secret,
    })
}

fn service_ports(flag: Option<PortRange>, file: &DaemonSettings) -> PortRange {
    let written = file.service_ports.as_deref().map(|text| text.parse().expect("checked as the file was read"));
    flag.or(written).unwrap_or(PortRange::SERVICE)
}

fn data(common: &CommonArgs, file: &DaemonSettings) -> Option<PathBuf> {
    common.data.clone().or_else(|| file.data.as_ref().map(PathBuf::from))
}

fn system_folder() -> PathBuf {
    PathBuf::from("/var/lib/shipd")
}

/// Where the XDG base directory specification puts what a program keeps between its runs.
fn state_folder() -> Result<PathBuf, SettingsError> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/state")));
    state.map(|state| state.join("shipd")).ok_or(SettingsError::NoHome)
}
