//! The cluster's own lists agree with each other.

use super::Violation;
use crate::cluster::{Cluster, Deployment, TaskRecord};
use crate::plan::ActionKind;

/// Every task belongs to an app that lists it, as it is.
pub(super) fn tasks_without_home(cluster: &Cluster) -> Vec<Violation> {
    let listed = |task: &TaskRecord| cluster.apps.get(&task.app).and_then(|app| app.tasks.get(&task.id));
    let homeless = cluster.tasks.values().filter(|task| listed(task) != Some(task));
    homeless.map(|task| broken(format!("task {} has no app", task.id))).collect()
}

/// Who carries an app is a deployment that has not ended.
pub(super) fn orphaned_carriers(cluster: &Cluster) -> Vec<Violation> {
    let ended = |id| cluster.deployments.get(id).is_none_or(|deployment| deployment.ended.is_some());
    let orphaned = cluster.carriers.iter().filter(|(_, id)| ended(*id));
    orphaned.map(|(app, id)| broken(format!("{app} is carried by {id}, which ended"))).collect()
}

/// A deployment knows how many of its rollouts have not ended.
pub(super) fn miscounted_rollouts(cluster: &Cluster) -> Vec<Violation> {
    let left = |deployment: &Deployment| {
        let open = || deployment.apps.values().filter(|rollout| !rollout.state.has_ended());
        (open().count(), open().filter(|rollout| rollout.action != ActionKind::Delete).count())
    };
    let counted = |deployment: &Deployment| (deployment.left as usize, deployment.starts_left as usize);
    let wrong = cluster.deployments.values().filter(|deployment| left(deployment) != counted(deployment));
    wrong.map(|deployment| broken(format!("{} counts {} rollouts left", deployment.id, deployment.left))).collect()
}

fn broken(detail: String) -> Violation {
    Violation::new("bookkeeping", detail)
}
