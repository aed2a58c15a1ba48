//! The ports of an app, from definitions (host network) or mappings (all others), new form or old.

use super::Reader;
use crate::manifest::{Finding, Place, PortDefinition, PortMapping, PortProtocol, Rule};
use crate::model::{NetworkMode, PortSpec, Protocol};
use std::collections::BTreeMap;

/// The name of the port that an app has when it declares none.
const DEFAULT_NAME: &str = "default";

/// Ports in canonical form, and where they were written.
pub(super) struct Ports {
    pub specs: Vec<PortSpec>,
    list: &'static [&'static str],
    /// So many stand in the list; the rest was filled in.
    written: usize,
}

impl Ports {
    fn new(list: &'static [&'static str], specs: Vec<PortSpec>) -> Self {
        Self { written: specs.len(), specs, list }
    }

    /// The place of the n-th port, if it was written at all.
    fn place(&self, n: usize) -> Option<Place> {
        let list = || self.list.iter().fold(Place::root(), |place, step| place.then(step));
        (n < self.written).then(|| list().then(n))
    }
}

impl Reader<'_> {
    pub(super) fn ports(&mut self, mode: &NetworkMode) -> Ports {
        let ports = match mode {
            NetworkMode::Host => self.host_ports(),
            NetworkMode::Bridge => self.mapped_ports(Some(0)),
            NetworkMode::Named(name) => {
                self.network_names(name);
                self.mapped_ports(None)
            }
        };
        self.no_name_twice(&ports);
        self.no_number_twice(&ports, mode);
        ports
    }

    fn host_ports(&mut self) -> Ports {
        let file = self.file;
        let container = file.container.as_ref();
        if container.and_then(|container| container.port_mappings.as_ref()).is_some_and(|list| !list.is_empty()) {
            let place = Place::field("container").then("portMappings").key();
            let message = "port mappings are not for the host's own network";
            let hint = "use `portDefinitions`, or `\"networks\": [{\"mode\": \"container/bridge\"}]`";
            self.note(Finding::new(Rule::PortForm, place, message).hint(hint));
        }
        let require = file.require_ports.unwrap_or(false);
        self.require_something();
        if let Some(definitions) = &file.port_definitions {
            let specs = definitions.iter().map(|definition| host_port(definition, require));
            return Ports::new(&["portDefinitions"], specs.collect());
        }
        if let Some(numbers) = &file.ports {
            let definitions =
                numbers.iter().map(|port| PortDefinition { port: Some(*port), ..PortDefinition::default() });
            return Ports::new(&["ports"], definitions.map(|definition| host_port(&definition, require)).collect());
        }
        let mut ports = Ports::new(&[], Vec::new());
        let definition = PortDefinition { name: Some(DEFAULT_NAME.to_owned()), ..PortDefinition::default() };
        ports.specs.push(host_port(&definition, require));
        ports
    }

    /// Fixed ports and free ones may stand together (marathon-v2, section 4.3), but to require none is a mistake.
    fn require_something(&mut self) {
        let file = self.file;
        let definitions = file.port_definitions.iter().flatten().map(|definition| definition.port.unwrap_or(0));
        let numbers: Vec<u16> = definitions.chain(file.ports.iter().flatten().copied()).collect();
        let takes_none = file.port_definitions.as_ref().is_some_and(Vec::is_empty);
        if file.require_ports == Some(true) && !takes_none && numbers.iter().all(|number| *number == 0) {
            let message = "`requirePorts` asks for the declared ports, but none is declared";
            let finding = Finding::new(Rule::PortForm, Place::field("requirePorts"), message);
            let label = if numbers.is_empty() { "there are no ports" } else { "every port is 0: any free one" };
            self.note(finding.label(label).hint("give the numbers in `portDefinitions`, or remove `requirePorts`"));
        }
    }

    /// Of a mapping the host port is the one to require; 0 stands for any.
    fn require_host_ports(&mut self, ports: &Ports) {
        if self.file.require_ports != Some(true) {
            return;
        }
        let open = (0..ports.written).filter(|n| ports.specs[*n].host_port == Some(0));
        for place in open.filter_map(|n| ports.place(n)) {
            let message = "`requirePorts` asks for a certain port, but `hostPort` 0 takes any free one";
            let finding = Finding::new(Rule::PortForm, place.then("hostPort"), message);
            self.note(finding.hint("give `hostPort` a number, or remove `requirePorts`"));
        }
    }

    fn mapped_ports(&mut self, absent_host_port: Option<u16>) -> Ports {
        let container = self.file.container.as_ref();
        let new = container.and_then(|container| container.port_mappings.as_deref());
        let old = self.docker().and_then(|docker| docker.port_mappings.as_deref());
        let list: &[&str] =
            if new.is_some() { &["container", "portMappings"] } else { &["container", "docker", "portMappings"] };
        let written = new.or(old);
        let specs = written.into_iter().flatten().map(|mapping| mapped_port(mapping, absent_host_port));
        let mut ports = Ports::new(list, specs.collect());
        let surplus = self.declared_for_host().saturating_sub(ports.written);
        let filled_in = if written.is_none() { surplus.max(1) } else { surplus };
        for n in 0..filled_in {
            let name = (written.is_none() && n == 0).then(|| DEFAULT_NAME.to_owned());
            ports.specs.push(mapped_port(&PortMapping { name, ..PortMapping::default() }, absent_host_port));
        }
        self.require_host_ports(&ports);
        ports
    }

    /// Definitions beside mappings: each one too many asks for a further port (marathon-v2, section 1.4).
    fn declared_for_host(&self) -> usize {
        let definitions = self.file.port_definitions.as_ref().map(Vec::len);
        definitions.or_else(|| self.file.ports.as_ref().map(Vec::len)).unwrap_or(0)
    }

    fn network_names(&mut self, name: &str) {
        let mappings = self.file.container.as_ref().and_then(|container| container.port_mappings.as_deref());
        let here = Place::field("container").then("portMappings");
        for (n, mapping) in mappings.unwrap_or_default().iter().enumerate() {
            for (at, other) in mapping.network_names.iter().flatten().enumerate() {
                if other != name {
                    let place = here.then(n).then("networkNames").then(at);
                    let message = format!("the app has no network `{other}`");
                    self.note(Finding::new(Rule::Network, place, message).hint(format!("its network is `{name}`")));
                }
            }
        }
    }

    fn no_name_twice(&mut self, ports: &Ports) {
        let mut seen = BTreeMap::new();
        for (n, port) in ports.specs.iter().enumerate() {
            let Some(name) = &port.name else { continue };
            let Some(first) = seen.insert(name, n) else { continue };
            if let Some(place) = ports.place(n) {
                let message = format!("two ports have the name `{name}`");
                let finding = Finding::new(Rule::PortTwice, place.then("name"), message);
                self.note(finding.label(format!("also the name of port {first}")));
            }
        }
    }

    fn no_number_twice(&mut self, ports: &Ports, mode: &NetworkMode) {
        let mut seen: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (n, port) in ports.specs.iter().enumerate() {
            let Some(number) = declared(port, mode) else { continue };
            let earlier = seen.entry(number).or_default();
            let first = earlier.iter().copied().find(|other| meet(port, &ports.specs[*other]));
            earlier.push(n);
            let Some(first) = first else { continue };
            let place = match (ports.place(n), mode) {
                (None, _) => continue,
                (Some(place), NetworkMode::Host) if self.file.port_definitions.is_some() => place.then("port"),
                (Some(place), NetworkMode::Host) => place,
                (Some(place), NetworkMode::Bridge | NetworkMode::Named(_)) => place.then("hostPort"),
            };
            let finding = Finding::new(Rule::PortTwice, place, format!("port {number} is declared twice"));
            self.note(finding.label(format!("also port {first} of this app")));
        }
    }
}

/// The number that a port claims on its agent or, in host mode, for the load balancer.
fn declared(port: &PortSpec, mode: &NetworkMode) -> Option<u16> {
    let number = match mode {
        NetworkMode::Host => Some(port.service_port),
        NetworkMode::Bridge | NetworkMode::Named(_) => port.host_port,
    };
    number.filter(|number| *number != 0)
}

fn meet(one: &PortSpec, other: &PortSpec) -> bool {
    one.protocol == other.protocol || one.protocol == Protocol::Both || other.protocol == Protocol::Both
}

fn host_port(definition: &PortDefinition, require: bool) -> PortSpec {
    let port = definition.port.unwrap_or(0);
    PortSpec {
        name: definition.name.clone(),
        protocol: protocol(definition.protocol),
        container_port: 0,
        host_port: Some(if require { port } else { 0 }),
        service_port: port,
        labels: definition.labels.clone().unwrap_or_default(),
    }
}

fn mapped_port(mapping: &PortMapping, absent_host_port: Option<u16>) -> PortSpec {
    PortSpec {
        name: mapping.name.clone(),
        protocol: protocol(mapping.protocol),
        container_port: mapping.container_port.unwrap_or(0),
        host_port: mapping.host_port.or(absent_host_port),
        service_port: mapping.service_port.unwrap_or(0),
        labels: mapping.labels.clone().unwrap_or_default(),
    }
}

fn protocol(written: Option<PortProtocol>) -> Protocol {
    match written.unwrap_or_default() {
        PortProtocol::Tcp => Protocol::Tcp,
        PortProtocol::Udp => Protocol::Udp,
        PortProtocol::UdpTcp | PortProtocol::TcpUdp => Protocol::Both,
    }
}
