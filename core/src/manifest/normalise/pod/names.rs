//! Names and ports that stand twice in a pod, volumes that nobody mounts, ports that do not fit its network.

use super::lower::{endpoints, is_host};
use crate::manifest::{Finding, Place, PodFile, Rule};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(file: &PodFile, findings: &mut Vec<Finding>) {
    let containers = file.containers.iter().enumerate();
    let containers = containers.map(|(n, container)| (Place::field("containers").then(n), &container.name));
    twice("containers", Rule::PodName, containers, findings);
    let volumes = file.volumes.iter().flatten().enumerate();
    let volumes = volumes.map(|(n, volume)| (Place::field("volumes").then(n), &volume.name));
    twice("volumes", Rule::PodName, volumes, findings);
    container_ports(file, findings);
    unmounted(file, findings);
}

/// Endpoints of one name are found with the ports.
fn twice<'a>(
    what: &str,
    rule: Rule,
    named: impl Iterator<Item = (Place, &'a Option<String>)>,
    findings: &mut Vec<Finding>,
) {
    let mut seen = BTreeSet::new();
    for (place, name) in named {
        let Some(name) = name else { continue };
        if !seen.insert(name) {
            let message = format!("two {what} have the name `{name}`");
            findings.push(Finding::new(rule, place.then("name"), message));
        }
    }
}

/// All containers share one network, so that a port is free for one of them only.
fn container_ports(file: &PodFile, findings: &mut Vec<Finding>) {
    let mut seen = BTreeMap::new();
    for (place, endpoint) in endpoints(file) {
        let here = place.then("containerPort");
        match (is_host(file), endpoint.container_port) {
            (true, Some(_)) => {
                let message = "on the host's own network a port is the same inside and outside";
                let finding = Finding::new(Rule::PortForm, here.key(), message);
                findings.push(finding.hint("use `hostPort`, or `\"networks\": [{\"mode\": \"container/bridge\"}]`"));
            }
            (false, None) => {
                let finding =
                    Finding::new(Rule::PortForm, place, "an endpoint of this network needs a `containerPort`");
                findings.push(finding.hint("the port on which the container listens; 0 takes that of the host"));
            }
            (false, Some(port)) if port != 0 => {
                if let Some(other) = seen.insert(port, endpoint.name.as_deref().unwrap_or_default()) {
                    let message = format!("port {port} is declared twice: containers of a pod share their network");
                    let finding = Finding::new(Rule::PortTwice, here, message);
                    findings.push(finding.label(format!("also that of the endpoint `{other}`")));
                }
            }
            (true, None) | (false, Some(_)) => {}
        }
    }
}

fn unmounted(file: &PodFile, findings: &mut Vec<Finding>) {
    let mounts = file.containers.iter().flat_map(|container| container.volume_mounts.iter().flatten());
    let mounted: BTreeSet<&str> = mounts.map(|mount| mount.name.as_str()).collect();
    for (n, volume) in file.volumes.iter().flatten().enumerate() {
        let Some(name) = volume.name.as_deref().filter(|name| !mounted.contains(name)) else { continue };
        let message = format!("no container mounts the volume `{name}`");
        let finding = Finding::new(Rule::Volume, Place::field("volumes").then(n), message);
        findings.push(finding.hint("mount it with `volumeMounts`, or remove it"));
    }
}
