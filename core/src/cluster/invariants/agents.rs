//! No agent holds more than it offers.

use super::{Step, Violation};
use crate::cluster::Cluster;
use crate::cluster::state::Agent;
use crate::model::Resources;
use crate::schedule::Load;

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
    let info = &agent.record.info;
    let mut load = Load::none(info);
    tasks.for_each(|task| load.take(&task.claim()));
    let (plain, reserved) = load.by_share();
    let within = |role: &String, held: &Resources| info.reserved.get(role).is_some_and(|share| held.fits_in(share));
    let fits = plain.fits_in(&info.resources) && reserved.iter().all(|(role, held)| within(role, held));
    let counted = load.used == agent.load.used && reserved == agent.load.by_share().1;
    let detail = || {
        format!("{} offers {:?} {:?}, holds {load:?}, counted {:?}", info.id, info.resources, info.reserved, agent.load)
    };
    (!fits || !counted).then(|| Violation::new("agents", detail()))
}
