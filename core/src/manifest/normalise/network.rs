//! Which network an app uses: from `networks`, or from the old `container.docker.network` and `ipAddress`.

use super::Reader;
use super::ports::Ports;
use crate::manifest::{Docker, DockerNetwork, Finding, Network, NetworkKind, Place, Rule};
use crate::model::NetworkMode;

/// The name under which Marathon knew the engine's bridge.
const BRIDGE_NAME: &str = "mesos-bridge";

/// The network of an app and its ports there.
pub(super) struct Connection {
    pub mode: NetworkMode,
    pub ports: Ports,
}

impl Reader<'_> {
    /// `None` if the network cannot be told; what depends on it then goes unchecked rather than wrong.
    pub(super) fn connection(&mut self) -> Option<Connection> {
        let before = self.findings.len();
        self.mixed_forms();
        let mode = self.network_mode();
        if self.findings.len() > before {
            return None;
        }
        let mode = mode?;
        let ports = self.ports(&mode);
        Some(Connection { mode, ports })
    }

    /// Old and new ways to say the same thing must not meet.
    fn mixed_forms(&mut self) {
        let file = self.file;
        let docker = self.docker();
        let networks = file.networks.as_ref().is_some_and(|networks| !networks.is_empty());
        let mappings = file.container.as_ref().is_some_and(|container| container.port_mappings.is_some());
        let in_docker = |field: &str| Place::field("container").then("docker").then(field).key();
        let mixed: [(bool, &dyn Fn() -> Place, &str); 6] = [
            (
                networks && docker.is_some_and(|docker| docker.network.is_some()),
                &|| in_docker("network"),
                "`container.docker.network` is the old form of `networks`: give one of them",
            ),
            (
                networks && file.ip_address.is_some(),
                &|| Place::field("ipAddress").key(),
                "`ipAddress` is the old form of `networks`: give one of them",
            ),
            (
                file.ip_address.is_some() && file.ports.as_ref().is_some_and(|ports| !ports.is_empty()),
                &|| Place::field("ports").key(),
                "`ports` are those of the host and cannot go with `ipAddress`",
            ),
            (
                file.ip_address.as_ref().is_some_and(|ip| ip.discovery.is_some()),
                &|| Place::field("ipAddress").then("discovery").key(),
                "`ipAddress.discovery` is not for Docker containers: use `container.portMappings`",
            ),
            (
                mappings && docker.is_some_and(|docker| docker.port_mappings.is_some()),
                &|| in_docker("portMappings"),
                "`container.docker.portMappings` is the old place of `container.portMappings`: give one of them",
            ),
            (
                self.ports_contradict(),
                &|| Place::field("ports").key(),
                "`ports` is the old form of `portDefinitions`: give one of them",
            ),
        ];
        for (_, place, message) in mixed.into_iter().filter(|(is_mixed, _, _)| *is_mixed) {
            self.note(Finding::new(Rule::LegacyForm, place(), message));
        }
    }

    fn ports_contradict(&self) -> bool {
        let (Some(ports), Some(definitions)) = (&self.file.ports, &self.file.port_definitions) else { return false };
        !ports.is_empty() && !ports.iter().copied().eq(definitions.iter().map(|port| port.port.unwrap_or(0)))
    }

    pub(super) fn docker(&self) -> Option<&Docker> {
        self.file.container.as_ref()?.docker.as_ref()
    }

    fn network_mode(&mut self) -> Option<NetworkMode> {
        let file = self.file;
        if let Some(networks) = file.networks.as_deref().filter(|networks| !networks.is_empty()) {
            return self.canonical_mode(networks);
        }
        let name = file.ip_address.as_ref().map(|ip| ip.network_name.as_deref());
        let network = self.docker().and_then(|docker| docker.network);
        let place = Place::field("container").then("docker").then("network");
        match (network, name) {
            (Some(DockerNetwork::Host), _) | (None, None) => Some(NetworkMode::Host),
            (Some(DockerNetwork::Bridge), _) | (None, Some(Some(BRIDGE_NAME))) => Some(NetworkMode::Bridge),
            (Some(DockerNetwork::User) | None, Some(Some(name))) => Some(NetworkMode::Named(name.to_owned())),
            (Some(DockerNetwork::User), None | Some(None)) => {
                let finding = Finding::new(Rule::Network, place, "network `USER` needs the name of a network");
                self.note(finding.hint("use `\"networks\": [{\"mode\": \"container\", \"name\": \"..\"}]`"));
                None
            }
            (None, Some(None)) => {
                let finding =
                    Finding::new(Rule::Network, Place::field("ipAddress").key(), "`ipAddress` names no network");
                self.note(finding.hint("use `\"networks\": [{\"mode\": \"container\", \"name\": \"..\"}]`"));
                None
            }
            (Some(DockerNetwork::None), _) => {
                self.note(Finding::new(Rule::Network, place, "network `NONE` is not supported"));
                None
            }
        }
    }

    fn canonical_mode(&mut self, networks: &[Network]) -> Option<NetworkMode> {
        let here = Place::field("networks");
        for (n, network) in networks.iter().enumerate() {
            self.network_fields(&here.then(n), network);
        }
        let kinds: Vec<NetworkKind> = networks.iter().map(|network| network.mode.unwrap_or_default()).collect();
        if let Some(n) = kinds.iter().position(|kind| *kind != kinds[0]) {
            let message = "networks of different modes cannot be combined";
            self.note(Finding::new(Rule::Network, here.then(n), message).label("another mode than the first"));
            return None;
        }
        if networks.len() > 1 {
            let message = "a Docker container joins one network only";
            self.note(Finding::new(Rule::Network, here.then(1), message).label("one too many"));
            return None;
        }
        match kinds[0] {
            NetworkKind::Host => Some(NetworkMode::Host),
            NetworkKind::Bridge => Some(NetworkMode::Bridge),
            NetworkKind::Container => networks[0].name.clone().map(NetworkMode::Named),
        }
    }

    fn network_fields(&mut self, here: &Place, network: &Network) {
        let kind = network.mode.unwrap_or_default();
        if kind != NetworkKind::Container && network.name.is_some() {
            let message = "only networks of mode `container` have a name";
            self.note(Finding::new(Rule::Network, here.then("name").key(), message));
        }
        if kind == NetworkKind::Host && network.labels.as_ref().is_some_and(|labels| !labels.is_empty()) {
            let message = "the host's own network takes no labels";
            self.note(Finding::new(Rule::Network, here.then("labels").key(), message));
        }
        if kind == NetworkKind::Container && network.name.is_none() {
            let finding = Finding::new(Rule::Network, here.clone(), "a network of mode `container` needs a `name`");
            self.note(finding.hint("for the engine's own bridge use `\"mode\": \"container/bridge\"`"));
        }
    }
}
