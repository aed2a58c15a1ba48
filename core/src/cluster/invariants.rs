//! What must hold after every turn, as code.

use super::{Cluster, Deployment};
use crate::model::{AgentId, Resources};
use crate::plan::ActionKind;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is broken, in words; empty if all is well.
#[must_use]
pub fn broken(cluster: &Cluster) -> Vec<String> {
    let checks = [oversubscribed_agents, shared_ports, tasks_without_home, orphaned_carriers, miscounted_rollouts];
    checks.iter().flat_map(|check| check(cluster)).collect()
}

/// No agent holds more than it offers.
fn oversubscribed_agents(cluster: &Cluster) -> Vec<String> {
    let mut used: BTreeMap<AgentId, Resources> = BTreeMap::new();
    for task in cluster.tasks.values() {
        let sum = used.entry(task.agent.clone()).or_default();
        *sum = *sum + task.resources;
    }
    let over = cluster.agents.values().filter_map(|agent| {
        let sum = used.get(&agent.record.info.id).copied().unwrap_or_default();
        let fits = sum.fits_in(&agent.record.info.resources);
        let counted = sum == agent.used;
        (!fits || !counted).then(|| format!("agent {} holds {sum:?}, counted {:?}", agent.record.info.id, agent.used))
    });
    over.collect()
}

/// No host port is given twice.
fn shared_ports(cluster: &Cluster) -> Vec<String> {
    let mut seen: BTreeSet<(&AgentId, u16)> = BTreeSet::new();
    let ports = cluster.tasks.values().flat_map(|task| task.host_ports().map(move |port| (&task.agent, port)));
    ports
        .filter(|port| !seen.insert(*port))
        .map(|(agent, port)| format!("port {port} of {agent} is given twice"))
        .collect()
}

/// Every task belongs to an app that lists it.
fn tasks_without_home(cluster: &Cluster) -> Vec<String> {
    let listed = |app: &crate::model::AppId, task| cluster.apps.get(app).is_some_and(|app| app.tasks.contains(task));
    cluster
        .tasks
        .values()
        .filter(|task| !listed(&task.app, &task.id))
        .map(|task| format!("task {} has no app", task.id))
        .collect()
}

/// Who carries an app is a deployment that has not ended.
fn orphaned_carriers(cluster: &Cluster) -> Vec<String> {
    let ended = |id| cluster.deployments.get(id).is_none_or(|deployment| deployment.ended.is_some());
    cluster
        .carriers
        .iter()
        .filter(|(_, id)| ended(*id))
        .map(|(app, id)| format!("{app} is carried by {id}, which ended"))
        .collect()
}

/// A deployment knows how many of its rollouts have not ended.
fn miscounted_rollouts(cluster: &Cluster) -> Vec<String> {
    let left = |deployment: &Deployment| {
        let open = || deployment.apps.values().filter(|rollout| !rollout.state.has_ended());
        (open().count(), open().filter(|rollout| rollout.action != ActionKind::Delete).count())
    };
    let counted = |deployment: &Deployment| (deployment.left as usize, deployment.starts_left as usize);
    let wrong = cluster.deployments.values().filter(|deployment| left(deployment) != counted(deployment));
    wrong.map(|deployment| format!("{} counts {} rollouts left", deployment.id, deployment.left)).collect()
}
