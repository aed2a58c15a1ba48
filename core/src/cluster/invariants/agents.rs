//! No agent holds more than it offers.

use super::{Step, Violation};
use crate::cluster::Cluster;
use crate::cluster::state::Agent;
use crate::model::Resources;

pub(super) fn oversubscribed(step: &Step<'_>) -> Vec<Violation> {
    let touched = step.agents().into_iter().filter_map(|id| step.after.agents.get(id));
    touched.filter_map(|agent| judge(step.after, agent)).collect()
}

pub(super) fn oversubscribed_anywhere(cluster: &Cluster) -> Vec<Violation> {
    cluster.agents.values().filter_map(|agent| judge(cluster, agent)).collect()
}

/// Sums up anew: the sum that the cluster keeps is judged too.
fn judge(cluster: &Cluster, agent: &Agent) -> Option<Violation> {
    let tasks = agent.tasks.iter().filter_map(|id| cluster.tasks.get(id));
    let sum = tasks.fold(Resources::default(), |sum, task| sum + task.resources);
    let offered = agent.record.info.resources;
    let fits = sum.fits_in(&offered) && sum == agent.used;
    let detail = || format!("{} offers {offered:?}, holds {sum:?}, counted {:?}", agent.record.info.id, agent.used);
    (!fits).then(|| Violation::new("agents", detail()))
}
