//! What shipd is told: flags first, then `SHIP_*` variables, then the `[daemon]` table of a `ship.toml`,
//! then defaults. Resolved once, before anything starts.

use crate::args::{AgentArgs, CommonArgs, DevArgs, MachineArgs, MasterArgs, RuntimeKind, ServingArgs};
use crate::git;
use ship_core::model::{PortRange, Scalar};
use ship_repo::DaemonSettings;
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

const HTTP_PORT: u16 = 8080;
const AGENTS_PORT: u16 = 5050;
const DOCKER: &str = "unix:///var/run/docker.sock";
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
    Dev { serving: Serving, machine: Machine },
    Master { serving: Serving },
    Agent { join: String, token: String, machine: Machine },
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

#[derive(Debug, Clone)]
pub struct Machine {
    pub docker: String,
    pub hostname: Option<String>,
    pub offer: crate::agent::Offer,
    pub runtime: RuntimeKind,
}

/// The amounts of `--resources`; what is not named is the machine's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    pub cpus: Option<Scalar>,
    pub mem: Option<Scalar>,
    pub disk: Option<Scalar>,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("an attribute is a name, `=` and a value, such as `rack=7`")]
    Attribute,
    #[error("ports are a range such as `31000-32000`, or several with `,` between them")]
    Ports,
    #[error("resources are `cpus`, `mem` and `disk` (MiB) with amounts, such as `cpus=4,mem=8192`; not `{0}`")]
    Resources(String),
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
    #[error("`service-ports` is a range such as `10000-20000`, not `{0}`")]
    ServicePorts(String),
    #[error("there is no home folder to keep data in; name a folder with --data")]
    NoHome,
}

impl Offered {
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let mut offered = Self::default();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let wrong = || SettingsError::Resources(part.trim().to_owned());
            let (name, amount) = part.split_once('=').ok_or_else(wrong)?;
            let amount: f64 = amount.trim().parse().map_err(|_| wrong())?;
            if !amount.is_finite() || amount < 0.0 {
                return Err(wrong());
            }
            let slot = match name.trim() {
                "cpus" => &mut offered.cpus,
                "mem" => &mut offered.mem,
                "disk" => &mut offered.disk,
                _ => return Err(wrong()),
            };
            *slot = Some(Scalar::from_f64(amount));
        }
        Ok(offered)
    }
}

impl Settings {
    pub fn of_dev(args: DevArgs) -> Result<Self, SettingsError> {
        let file = file(&args.common)?;
        let serving = serving(args.serving, &file, Ipv4Addr::LOCALHOST)?;
        if let Some(open) = [serving.http, serving.agents].into_iter().find(|address| !address.ip().is_loopback()) {
            return Err(SettingsError::NotLoopback(open));
        }
        let role = Role::Dev { serving, machine: machine(args.machine, &file) };
        let data = match data(&args.common, &file) {
            Some(data) => data,
            None => state_folder()?,
        };
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }

    pub fn of_master(args: MasterArgs) -> Result<Self, SettingsError> {
        let file = file(&args.common)?;
        let role = Role::Master { serving: serving(args.serving, &file, Ipv4Addr::UNSPECIFIED)? };
        let data = data(&args.common, &file).unwrap_or_else(system_folder);
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }

    pub fn of_agent(args: AgentArgs) -> Result<Self, SettingsError> {
        let file = file(&args.common)?;
        let role = Role::Agent { join: args.join, token: args.token, machine: machine(args.machine, &file) };
        let data = data(&args.common, &file).unwrap_or_else(system_folder);
        Ok(Self { data, ready_file: args.common.ready_file, role })
    }
}

fn file(common: &CommonArgs) -> Result<DaemonSettings, SettingsError> {
    let Some(path) = &common.config else { return Ok(DaemonSettings::default()) };
    let bytes = std::fs::read(path).map_err(|err| SettingsError::Read { path: path.clone(), err })?;
    match ship_repo::Settings::read(&bytes) {
        (settings, findings) if findings.is_empty() => Ok(settings.daemon),
        (_, mut findings) => {
            findings.iter_mut().for_each(|finding| finding.file = path.display().to_string().into());
            let findings = ship_repo::report::human(&findings, ship_repo::report::Style::Plain);
            Err(SettingsError::File { path: path.clone(), findings })
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
        service_ports: service_ports(args.service_ports, file)?,
        webhook_secret: args.webhook_secret,
    })
}

fn service_ports(flag: Option<PortRange>, file: &DaemonSettings) -> Result<PortRange, SettingsError> {
    match (flag, &file.service_ports) {
        (Some(range), _) => Ok(range),
        (None, Some(text)) => crate::args::ports(text).map_err(|_| SettingsError::ServicePorts(text.clone())),
        (None, None) => Ok(PortRange::SERVICE),
    }
}

fn machine(args: MachineArgs, file: &DaemonSettings) -> Machine {
    let Offered { cpus, mem, disk } = args.resources;
    let ports = if args.ports.is_empty() { vec![PortRange::DEFAULT] } else { args.ports };
    Machine {
        docker: args.docker.or_else(|| file.docker.clone()).unwrap_or_else(|| DOCKER.to_owned()),
        hostname: args.hostname,
        offer: crate::agent::Offer {
            cpus,
            mem,
            disk,
            ports,
            attributes: args.attributes.into_iter().collect(),
            zone: args.zone,
            region: args.region,
        },
        runtime: args.runtime,
    }
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
