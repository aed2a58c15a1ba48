//! What a pod shares with apps, as an app file says it: ports, scheduling, labels. The containers themselves are not
//! among it but for the image of the first.

use super::health::Asked;
use super::places::Places;
use crate::manifest::{
    AppFile, CheckCommand, Container, Docker, Endpoint, EndpointProtocol, HealthCheckFile, HealthProtocol, NetworkKind,
    Place, PodConstraint, PodFile, PortDefinition, PortMapping, PortProtocol,
};

/// The app's file, and where the pod's says the same.
pub(super) struct Lowered {
    pub app: AppFile,
    pub places: Places,
}

impl Lowered {
    /// `checks` are asked in the app's order; what they ask is not lowered.
    pub(super) fn new(file: &PodFile, checks: &[Asked<'_>]) -> Self {
        let docker = Docker { image: Some(image(file)), ..Docker::default() };
        let container = Container { docker: Some(docker), ..Container::default() };
        let app = AppFile {
            id: file.id.clone(),
            labels: file.labels.clone(),
            networks: file.networks.clone(),
            role: file.role.clone(),
            restarted_at: file.restarted_at.clone(),
            instances: file.scaling.as_ref().and_then(|scaling| scaling.instances),
            task_kill_grace_period_seconds: grace_secs(file),
            container: Some(container),
            ..AppFile::default()
        };
        let mut lowered = Self { app, places: Places::default() };
        lowered.places.add(Place::field("instances"), Place::field("scaling").then("instances"));
        lowered.scheduling(file);
        lowered.ports(file);
        lowered.checks(checks);
        lowered
    }

    fn scheduling(&mut self, file: &PodFile) {
        let Some(scheduling) = &file.scheduling else { return };
        let here = Place::field("scheduling");
        let app = &mut self.app;
        let backoff = scheduling.backoff.unwrap_or_default();
        app.backoff_seconds = backoff.backoff;
        app.backoff_factor = backoff.backoff_factor;
        app.max_launch_delay_seconds = backoff.max_launch_delay;
        app.upgrade_strategy = scheduling.upgrade;
        app.kill_selection = scheduling.kill_selection;
        app.unreachable_strategy = scheduling.unreachable_strategy;
        self.places.add(Place::field("upgradeStrategy"), here.then("upgrade"));
        self.places.add(Place::field("unreachableStrategy"), here.then("unreachableStrategy"));
        let Some(placement) = &scheduling.placement else { return };
        let here = here.then("placement");
        app.accepted_resource_roles = placement.accepted_resource_roles.clone().filter(|roles| !roles.is_empty());
        app.constraints = placement.constraints.as_ref().map(|rules| rules.iter().map(words).collect());
        self.places.add(Place::field("acceptedResourceRoles"), here.then("acceptedResourceRoles"));
        for n in 0..placement.constraints.as_ref().map_or(0, Vec::len) {
            let (app, pod) = (Place::field("constraints").then(n), here.then("constraints").then(n));
            for (at, field) in ["fieldName", "operator", "value"].into_iter().enumerate() {
                self.places.add(app.then(at), pod.then(field));
            }
            self.places.add(app, pod);
        }
    }

    fn ports(&mut self, file: &PodFile) {
        let endpoints: Vec<(Place, &Endpoint)> = endpoints(file).collect();
        let of_host = Place::field("portDefinitions");
        let of_container = Place::field("container").then("portMappings");
        for (n, (pod, _)) in endpoints.iter().enumerate() {
            self.places.add(of_host.then(n), pod.clone());
            self.places.add(of_host.then(n).then("port"), pod.then("hostPort"));
            self.places.add(of_container.then(n), pod.clone());
        }
        if is_host(file) {
            let definitions: Vec<_> = endpoints.iter().map(|(_, endpoint)| definition(endpoint)).collect();
            let fixed = definitions.iter().any(|definition| definition.port.is_some_and(|port| port != 0));
            self.app.require_ports = Some(fixed);
            self.app.port_definitions = Some(definitions);
        } else if let Some(container) = &mut self.app.container {
            container.port_mappings = Some(endpoints.iter().map(|(_, endpoint)| mapping(endpoint)).collect());
        }
    }

    fn checks(&mut self, checks: &[Asked<'_>]) {
        for (n, asked) in checks.iter().enumerate() {
            self.places.add(Place::field("healthChecks").then(n), asked.place.clone());
        }
        let timed = |asked: &Asked<'_>| HealthCheckFile {
            protocol: Some(HealthProtocol::Command),
            command: Some(CheckCommand { value: String::new() }),
            grace_period_seconds: asked.check.grace_period_seconds,
            interval_seconds: asked.check.interval_seconds,
            timeout_seconds: asked.check.timeout_seconds,
            max_consecutive_failures: asked.check.max_consecutive_failures,
            delay_seconds: asked.check.delay_seconds,
            ..HealthCheckFile::default()
        };
        self.app.health_checks = Some(checks.iter().map(timed).collect());
    }
}

/// All endpoints in the order of the file, which is that of the ports.
pub(super) fn endpoints(file: &PodFile) -> impl Iterator<Item = (Place, &Endpoint)> {
    file.containers.iter().enumerate().flat_map(|(at, container)| {
        let here = Place::field("containers").then(at).then("endpoints");
        container.endpoints.iter().flatten().enumerate().map(move |(n, endpoint)| (here.then(n), endpoint))
    })
}

/// Whether the pod uses the network of its agent: what a file without networks means.
pub(super) fn is_host(file: &PodFile) -> bool {
    let mut networks = file.networks.iter().flatten();
    networks.next().is_none_or(|network| network.mode == Some(NetworkKind::Host))
}

fn image(file: &PodFile) -> String {
    let image = file.containers.first().and_then(|container| container.image.as_ref());
    image.and_then(|image| image.id.clone()).unwrap_or_default()
}

/// The longest of all containers; part of a second counts as a whole one.
fn grace_secs(file: &PodFile) -> Option<u32> {
    let lifecycles = file.containers.iter().filter_map(|container| container.lifecycle?.kill_grace_period_seconds);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it to a year")]
    lifecycles.map(|secs| secs.ceil() as u32).max()
}

fn words(rule: &PodConstraint) -> Vec<String> {
    [Some(&rule.field_name), Some(&rule.operator), rule.value.as_ref()].into_iter().flatten().cloned().collect()
}

fn definition(endpoint: &Endpoint) -> PortDefinition {
    PortDefinition {
        port: endpoint.host_port,
        protocol: protocol(endpoint),
        name: endpoint.name.clone(),
        labels: endpoint.labels.clone(),
    }
}

fn mapping(endpoint: &Endpoint) -> PortMapping {
    PortMapping {
        container_port: endpoint.container_port,
        host_port: endpoint.host_port,
        service_port: None,
        protocol: protocol(endpoint),
        name: endpoint.name.clone(),
        labels: endpoint.labels.clone(),
        network_names: endpoint.network_names.clone(),
    }
}

fn protocol(endpoint: &Endpoint) -> Option<PortProtocol> {
    let named = endpoint.protocol.as_ref()?;
    let has = |protocol| named.contains(&protocol);
    match (has(EndpointProtocol::Tcp), has(EndpointProtocol::Udp)) {
        (true, true) => Some(PortProtocol::UdpTcp),
        (false, true) => Some(PortProtocol::Udp),
        (true, false) => Some(PortProtocol::Tcp),
        (false, false) => None,
    }
}
