//! Every deployment ends, once nothing disturbs it any more.

use super::Violation;
use crate::cluster::{Cluster, Outcome};
use crate::model::Timestamp;

pub(super) fn endless(cluster: &Cluster, now: Timestamp) -> Vec<Violation> {
    let open = cluster.deployments.values().filter(|deployment| deployment.outcome == Outcome::Running);
    open.map(|deployment| {
        let under_way = deployment.apps.iter().filter(|(_, rollout)| !rollout.state.has_ended());
        let apps: Vec<String> = under_way.map(|(app, rollout)| format!("{app} {:?}", rollout.state)).collect();
        let age = now.since(deployment.started).as_secs();
        Violation::new("ended", format!("{} runs for {age} s: {}", deployment.id, apps.join(", ")))
    })
    .collect()
}
