//! Nothing begins before what it depends on is up, and nothing stops before what depends on it is gone, unless
//! a drain's deadline stops it.

use super::{Step, Violation};
use crate::cluster::AppRecord;
use crate::model::AppId;
use std::collections::BTreeSet;

pub(super) fn disturbed(step: &Step<'_>) -> Vec<Violation> {
    let touched = step.apps().into_iter().filter_map(|id| step.app_after(id));
    let early_starts = touched.map(|app| &*app.record).filter_map(|app| early_start(step, app));
    let stopped: BTreeSet<&AppId> =
        step.killed().filter(|task| !step.is_ordered_off(task)).map(|task| &task.app).collect();
    early_starts.chain(stopped.into_iter().filter_map(|app| early_stop(step, app))).collect()
}

fn early_start(step: &Step<'_>, app: &AppRecord) -> Option<Violation> {
    let id = &app.spec.id;
    let began = match step.app_before(id).map(|before| &before.record) {
        Some(before) => before.next.is_some() && app.version > before.version,
        None => true,
    };
    if !began || app.next.is_some() || app.removed {
        return None;
    }
    let is_up = |app: &AppId| step.app_after(app).is_none_or(|app| app.record.settled && app.record.next.is_none());
    let missing = step.after.named_dependencies(id).into_iter().find(|dependency| !is_up(dependency))?;
    Some(Violation::new("order", format!("{id} begins, and {missing} is not up")))
}

fn early_stop(step: &Step<'_>, id: &AppId) -> Option<Violation> {
    if !step.app_after(id)?.record.removed {
        return None;
    }
    let needs_it = |app: &&AppRecord| app.removed && app.needs.contains(id) && app.spec.id != *id;
    let mut leaving = step.after.apps.values().map(|app| &*app.record).filter(needs_it);
    let dependant = leaving.find(|app| step.after.tasks_of(&app.spec.id).next().is_some())?;
    Some(Violation::new("order", format!("{id} stops, and {} still needs it", dependant.spec.id)))
}
