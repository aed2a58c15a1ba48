//! The host ports of a task. Fixed ones are checked, the rest are taken from the agent's ranges, going
//! on after the last one given: a port that was just freed is the last to be used again.

use super::Mismatch;
use crate::model::{AgentInfo, AppSpec, NetworkMode, PortSpec, TaskPort};
use crate::planted::{self, Bug};
use imbl::OrdSet;

/// The first container port given where the app left it open and publishes none (marathon-v2, section 4.4).
const FIRST_OPEN_CONTAINER_PORT: u16 = 1025;

/// Chooses a number for each port of the app.
pub(super) fn choose(
    spec: &AppSpec,
    agent: &AgentInfo,
    taken: &OrdSet<u16>,
    last_given: u16,
) -> Result<Vec<TaskPort>, Mismatch> {
    let fixed: Vec<u16> = spec.run.ports.iter().filter_map(|port| port.host_port).filter(|port| *port != 0).collect();
    for port in &fixed {
        if !agent.ports.iter().any(|range| range.holds(*port)) {
            return Err(Mismatch::PortOutside(*port));
        }
        if taken.contains(port) {
            return Err(Mismatch::PortTaken(*port));
        }
    }
    let free = |port: &u16| (planted::is(Bug::ReusePort) || !taken.contains(port)) && !fixed.contains(port);
    let mut any = offered(agent, last_given).filter(free);
    let wanted = spec.run.ports.iter().filter(|port| port.host_port == Some(0)).count();
    spec.run
        .ports
        .iter()
        .zip(FIRST_OPEN_CONTAINER_PORT..)
        .map(|(port, open)| {
            let host = match port.host_port {
                Some(0) => Some(any.next().ok_or_else(|| exhausted(wanted))?),
                fixed => fixed,
            };
            Ok(TaskPort {
                container: container_port(&spec.run.network, port, host, open),
                host,
                protocol: port.protocol,
            })
        })
        .collect()
}

fn container_port(network: &NetworkMode, port: &PortSpec, host: Option<u16>, open: u16) -> u16 {
    match (network, port.container_port) {
        (NetworkMode::Host, _) | (NetworkMode::Bridge | NetworkMode::Named(_), 0) => host.unwrap_or(open),
        (NetworkMode::Bridge | NetworkMode::Named(_), fixed) => fixed,
    }
}

fn exhausted(wanted: usize) -> Mismatch {
    Mismatch::PortsExhausted { wanted: u32::try_from(wanted).unwrap_or(u32::MAX) }
}

/// All ports that the agent offers, those after `last_given` first.
fn offered(agent: &AgentInfo, last_given: u16) -> impl Iterator<Item = u16> + '_ {
    let all = || agent.ports.iter().flat_map(|range| range.first..=range.last);
    all().filter(move |port| *port > last_given).chain(all().filter(move |port| *port <= last_given))
}
