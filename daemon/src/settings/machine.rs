//! What an agent is told of its machine: flags first, then `SHIP_*` variables, then the `[agent]` table of the file, then
//! what the machine says itself. It can be read again while the agent runs.

use super::{SettingsError, file};
use crate::agent::Offer;
use crate::args::{MachineArgs, RuntimeKind};
use ship_core::model::PortRange;
use ship_repo::{AgentSettings, Amounts, HostPorts, HostPortsError};
use std::path::PathBuf;

/// Why what a file says can be read.
const CHECKED: &str = "a file with such a mistake is refused";

const DOCKER: &str = "unix:///var/run/docker.sock";

#[derive(Debug, Clone)]
pub struct Machine {
    pub docker: String,
    pub offer: Offer,
    pub runtime: RuntimeKind,
    /// Where it came from.
    args: MachineArgs,
    config: Option<PathBuf>,
}

impl Machine {
    pub fn read(args: MachineArgs, config: Option<PathBuf>) -> Result<Self, SettingsError> {
        let file = file(config.as_deref())?;
        let docker = args.docker.clone().or(file.daemon.docker).unwrap_or_else(|| DOCKER.to_owned());
        let offer = offer(&args, file.agent)?;
        Ok(Self { docker, offer, runtime: args.runtime, args, config })
    }

    /// As the file says it by now.
    pub fn again(&self) -> Result<Self, SettingsError> {
        Self::read(self.args.clone(), self.config.clone())
    }
}

fn offer(args: &MachineArgs, file: AgentSettings) -> Result<Offer, HostPortsError> {
    let written = file.resources.as_deref().map(|text| Amounts::parse(text).expect(CHECKED));
    let flags = args.attributes.iter().flat_map(|attributes| attributes.0.clone());
    Ok(Offer {
        hostname: args.hostname.clone().or(file.hostname),
        amounts: args.resources.clone().or(written).unwrap_or_default(),
        ports: host_ports(&args.ports, file.ports.as_deref())?,
        attributes: file.attributes.into_iter().chain(flags).collect(),
        zone: args.zone.clone().or(file.zone),
        region: args.region.clone().or(file.region),
    })
}

fn host_ports(flags: &[PortRange], file: Option<&str>) -> Result<Vec<PortRange>, HostPortsError> {
    match (flags, file) {
        ([], None) => Ok(vec![PortRange::DEFAULT]),
        ([], Some(text)) => Ok(HostPorts::parse(text).expect(CHECKED).ranges()),
        (flags, _) => Ok(HostPorts::of(flags.to_vec())?.ranges()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;
    use ship_core::model::Scalar;
    use std::path::Path;

    fn machine(flags: &[&str], config: &Path) -> Result<Machine, SettingsError> {
        let cli = Cli::try_parse_from([&["shipd", "agent", "--join", "m:1", "--token", "t"], flags].concat());
        match cli.expect("a sound command line").command {
            Command::Agent(agent) => Machine::read(agent.machine, Some(config.to_owned())),
            Command::Dev(_) | Command::Master(_) | Command::BenchAgents(_) => unreachable!("an agent was asked for"),
        }
    }

    #[test]
    fn flags_come_before_the_file_attribute_by_attribute() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("ship.toml");
        let text = "[agent]\nresources = \"cpus=2;cpus(prod)=1\"\nports = \"80,8000-8009\"\nzone = \"z1\"\n\
                    [agent.attributes]\nrack = 7\ndisks = [\"ssd\", \"nvme\"]\nos = \"linux\"\n";
        std::fs::write(&config, text).expect("written");
        let offer = machine(&["--attribute", "os=bsd", "--zone", "z2"], &config).expect("valid").offer;
        assert_eq!(offer.amounts.cpus, Some(Scalar::whole(2)));
        assert_eq!(offer.ports.iter().map(ToString::to_string).collect::<Vec<_>>(), ["80-80", "8000-8009"]);
        let attributes: Vec<String> = offer.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(attributes, ["disks={nvme,ssd}", "os=bsd", "rack=7"]);
        assert_eq!(offer.zone.as_deref(), Some("z2"));
        let offer = machine(&["--resources", "mem=64"], &config).expect("valid").offer;
        assert_eq!((offer.amounts.cpus, offer.amounts.mem), (None, Some(Scalar::whole(64))));
    }

    #[test]
    fn a_file_that_changed_is_read_again_and_its_mistakes_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("ship.toml");
        let write = |text: &str| std::fs::write(&config, text).expect("written");
        write("[agent.attributes]\nrack = \"a\"\n");
        let first = machine(&["--hostname", "box"], &config).expect("valid");
        write("[agent.attributes]\nrack = \"b\"\n");
        let second = first.again().expect("valid");
        assert_eq!(
            (second.offer.attributes["rack"].to_string(), second.offer.hostname.as_deref()),
            ("b".into(), Some("box"))
        );
        for (text, told) in [
            ("[agent]\nresources = \"cpu=1\"\n", "no resource `cpu`"),
            ("[agent]\nports = \"9-1\"\n", "`9-1` is no range of ports"),
            ("[agent]\nports = \"1-9,5-6\"\n", "1-9 and 5-6 overlap"),
            ("[agent.attributes]\nhostname = \"x\"\n", "`hostname` cannot be an attribute"),
            ("[agent.attributes]\nrack = true\n", "not valid"),
        ] {
            write(text);
            let err = first.again().expect_err("refused").to_string();
            assert!(err.contains(told), "{err}");
        }
    }
}
