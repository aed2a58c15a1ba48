//! No host port of an agent is given twice.

use super::{Step, Violation};
use crate::cluster::Cluster;
use crate::cluster::state::Agent;
use std::collections::BTreeSet;

pub(super) fn shared(step: &Step<'_>) -> Vec<Violation> {
    let touched = step.agents().into_iter().filter_map(|id| step.after.agents.get(id));
    touched.flat_map(|agent| judge(step.after, agent)).collect()
}

pub(super) fn shared_anywhere(cluster: &Cluster) -> Vec<Violation> {
    cluster.agents.values().flat_map(|agent| judge(cluster, agent)).collect()
}

fn judge(cluster: &Cluster, agent: &Agent) -> Vec<Violation> {
    let mut seen = BTreeSet::new();
    let tasks = agent.tasks.iter().filter_map(|id| cluster.tasks.get(id));
    let ports = tasks.flat_map(|task| task.host_ports().map(move |port| (port, &task.id)));
    ports
        .filter(|(port, _)| !seen.insert(*port))
        .map(|(port, task)| {
            Violation::new("ports", format!("port {port} of {} is given again to {task}", agent.record.info.id))
        })
        .collect()
}
