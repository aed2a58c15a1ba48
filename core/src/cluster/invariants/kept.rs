//! A change that was given up never ends below what was running healthy when it began: it stops nothing that
//! is ready, unless a drain's deadline does, and what is missing comes back.

use super::{Step, Violation};
use crate::cluster::state::App;
use crate::cluster::{AppRecord, Cluster};
use crate::model::{AppId, Timestamp};

pub(super) fn lowered(step: &Step<'_>) -> Vec<Violation> {
    let touched = || step.apps().into_iter();
    let stopped = touched().filter_map(|id| stopped_while_kept(step, id));
    stopped.chain(touched().filter_map(|id| miscounted(step, id))).collect()
}

fn stopped_while_kept(step: &Step<'_>, id: &AppId) -> Option<Violation> {
    let (before, after) = (&step.app_before(id)?.record, &step.app_after(id)?.record);
    let kept = is_kept(before) && is_kept(after);
    let task = step.killed_while_ready(id).into_iter().find(|task| kept && !step.is_ordered_off(task))?;
    Some(Violation::new("kept", format!("{id} was given up, and {} is stopped though ready", task.id)))
}

/// The way back must be noted with what was ready then, or there is no telling what to come back to.
fn miscounted(step: &Step<'_>, id: &AppId) -> Option<Violation> {
    let (before, after) = (&step.app_before(id)?.record, &step.app_after(id)?.record);
    let origin = after.origin.as_ref().filter(|origin| before.origin.as_ref() != Some(*origin))?;
    // What the same turn stopped before the change began was stopped by the definition before.
    let was = step.before.ready_tasks(id).min(step.after.ready_tasks(id));
    let detail = || format!("{id} had {was} ready tasks when its change began, noted are {}", origin.ready);
    ((origin.ready as usize) < was).then(|| Violation::new("kept", detail()))
}

/// In peace: what was ready is so again, or is on its way, or there is a reason.
pub(super) fn forsaken(cluster: &Cluster, _now: Timestamp) -> Vec<Violation> {
    let idle = |app: &App| app.waiting.is_none() && !cluster.is_moving(&app.record.spec.id);
    let left = cluster.apps.values().filter(|app| is_kept(&app.record) && idle(app));
    left.filter_map(|app| {
        let (id, origin) = (&app.record.spec.id, app.record.origin.as_ref()?);
        let ready = cluster.ready_tasks(id);
        let detail = || format!("{id} was given up with {} ready, now {ready} are", origin.ready);
        (ready < origin.ready as usize).then(|| Violation::new("kept", detail()))
    })
    .collect()
}

fn is_kept(app: &AppRecord) -> bool {
    app.mark.is_some() && app.origin.is_some()
}
