//! A cluster in peace has what is wanted, or tasks on their way to it, or says what it waits for; what has
//! converged plans nothing.

use super::Violation;
use crate::cluster::Cluster;
use crate::cluster::state::App;
use crate::model::Timestamp;
use crate::plan;

pub(super) fn adrift(cluster: &Cluster, now: Timestamp) -> Vec<Violation> {
    let idle = |app: &App| app.waiting.is_none() && !cluster.is_moving(&app.record.spec.id);
    let restless = cluster.apps.values().filter(|app| app.record.mark.is_none() && idle(app));
    let adrift = restless.filter(|app| app.record.removed || !cluster.is_as_wanted(&app.record, now)).map(|app| {
        let id = &app.record.spec.id;
        let (ready, tasks) = (cluster.ready_tasks(id), cluster.tasks_of(id).count());
        let wanted = if app.record.removed { 0 } else { app.record.spec.instances };
        Violation::new("converged", format!("{id} has {tasks} tasks, {ready} ready, {wanted} wanted, and no reason"))
    });
    adrift.chain(planned(cluster, now)).collect()
}

fn planned(cluster: &Cluster, now: Timestamp) -> Option<Violation> {
    let plan = plan::plan(cluster, &cluster.wanted, now);
    (!plan.is_empty()).then(|| Violation::new("converged", format!("what is wanted already plans {:?}", plan.changes)))
}
