//! A cluster in peace has what is wanted, or tasks on their way to it, or says what it waits for; what has
//! converged plans nothing.

use super::Violation;
use crate::cluster::state::App;
use crate::cluster::{Cluster, TaskPhase};
use crate::model::Timestamp;
use crate::plan;
use std::time::Duration;

/// Longer than any pull or grace period of an app that is worth simulating.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) fn adrift(cluster: &Cluster, now: Timestamp) -> Vec<Violation> {
    let idle = |app: &App| app.waiting.is_none() && !cluster.is_moving(&app.record.spec.id);
    let restless = cluster.apps.values().filter(|app| app.record.mark.is_none() && idle(app));
    let adrift = restless.filter(|app| app.record.removed || !cluster.is_as_wanted(&app.record, now)).map(|app| {
        let id = &app.record.spec.id;
        let (ready, tasks) = (cluster.ready_tasks(id), cluster.tasks_of(id).count());
        let wanted = if app.record.removed { 0 } else { app.record.spec.instances };
        Violation::new("converged", format!("{id} has {tasks} tasks, {ready} ready, {wanted} wanted, and no reason"))
    });
    adrift.chain(stuck(cluster, now)).chain(planned(cluster, now)).collect()
}

/// Told to start or to stop long ago, and nobody sees to it.
fn stuck(cluster: &Cluster, now: Timestamp) -> impl Iterator<Item = Violation> {
    cluster.tasks.values().filter_map(move |task| {
        let since = match task.phase {
            TaskPhase::Staging => task.launched_at,
            TaskPhase::Killing { since } => since,
            TaskPhase::Running { .. } => return None,
        };
        let detail = || format!("{} is {:?} for {} s", task.id, task.phase, now.since(since).as_secs());
        (now.since(since) > PATIENCE).then(|| Violation::new("converged", detail()))
    })
}

fn planned(cluster: &Cluster, now: Timestamp) -> Option<Violation> {
    let plan = plan::plan(cluster, &cluster.wanted, now);
    (!plan.is_empty()).then(|| Violation::new("converged", format!("what is wanted already plans {:?}", plan.changes)))
}
