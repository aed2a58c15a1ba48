//! No start takes an app above its `maximumOverCapacity`. Two exceptions: an app without room between its
//! bounds, all of it ready, gets one task more to be replaced at all; and a change that was given up may go
//! back to as many tasks as were ready when it began.

use super::facts::{is_enough, most};
use super::{Step, Violation};
use crate::cluster::AppRecord;
use crate::model::AppId;
use std::collections::BTreeSet;

pub(super) fn exceeded(step: &Step<'_>) -> Vec<Violation> {
    let grown: BTreeSet<&AppId> = step.launched().map(|task| &task.app).collect();
    grown
        .into_iter()
        .filter_map(|id| {
            let app = &step.app_after(id)?.record;
            let present = step.after.present_tasks(app, step.now);
            let allowed = allowed(step, app);
            let detail = || format!("{id} has {present} tasks, {allowed} are allowed for {}", app.spec.instances);
            (present > allowed).then(|| Violation::new("maximum", detail()))
        })
        .collect()
}

/// What was started under one definition may be too much for the next, which begins in the same turn.
pub(super) fn allowed(step: &Step<'_>, app: &AppRecord) -> usize {
    let before = step.app_before(&app.spec.id).map_or(0, |before| allowed_by(step, &before.record));
    allowed_by(step, app).max(before)
}

fn allowed_by(step: &Step<'_>, app: &AppRecord) -> usize {
    let promised = most(&app.spec);
    if let (Some(_), Some(origin)) = (&app.mark, &app.origin) {
        return promised.max(most(&origin.spec)).max(origin.ready as usize);
    }
    promised + usize::from(is_stuck(step, app, promised))
}

/// Nothing may be stopped first, nothing may be started first, and something is to be replaced.
fn is_stuck(step: &Step<'_>, app: &AppRecord, promised: usize) -> bool {
    let id = &app.spec.id;
    let ready = step.after.ready_tasks(id) + step.killed_while_ready(id).len();
    let tight = promised > 0 && !is_enough(promised - 1, &app.spec);
    let drains = |agent| step.after.agents.get(agent).is_some_and(|agent| agent.record.drain.is_some());
    let old = step.after.tasks_of(id).any(|task| task.digest != app.digest || task.misplaced || drains(&task.agent));
    tight && old && ready >= promised
}
