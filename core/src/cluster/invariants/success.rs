//! Success is true: an app counts as up, and its rollout as done, only when every instance runs the wanted
//! definition and is ready; the rollout only when they have run for the app's settling time.

use super::{Step, Violation};
use crate::cluster::everywhere::as_written;
use crate::cluster::{AppRecord, Happening, TaskPhase};
use crate::model::AppId;
use std::time::Duration;

pub(super) fn feigned(step: &Step<'_>) -> Vec<Violation> {
    let judged = |id: &AppId| !step.is_robbed(id);
    let settled = step.apps().into_iter().filter(|id| judged(id)).filter_map(|id| feigned_start(step, id));
    let done = step.happenings().filter(|event| event.what == Happening::RolloutDone);
    let done = done.filter_map(|event| event.app.as_ref()).filter(|id| judged(id));
    settled.chain(done.filter_map(|id| feigned_end(step, id))).collect()
}

/// What depends on the app starts now.
fn feigned_start(step: &Step<'_>, id: &AppId) -> Option<Violation> {
    let (before, after) = (&step.app_before(id)?.record, &step.app_after(id)?.record);
    let comes_up = after.settled && !before.settled && !after.removed;
    let detail = || format!("{id} counts as up with {} of {}", step.after.ready_tasks(id), after.spec.instances);
    (comes_up && !step.after.is_as_wanted(after, step.now)).then(|| Violation::new("success", detail()))
}

fn feigned_end(step: &Step<'_>, id: &AppId) -> Option<Violation> {
    let Some(app) = step.app_after(id).map(|app| &app.record).filter(|app| !app.removed) else {
        let left = step.after.tasks_of(id).next().is_some();
        return left.then(|| Violation::new("success", format!("{id} is done, and tasks of it are left")));
    };
    let detail = || format!("{id} is done with {} of {}", step.after.ready_tasks(id), app.spec.instances);
    let true_end = app.next.is_none()
        && step.after.wanted.apps.get(id) == Some(&as_written(&app.spec))
        && step.after.is_as_wanted(app, step.now)
        && has_settled(step, app);
    (!true_end).then(|| Violation::new("success", detail()))
}

fn has_settled(step: &Step<'_>, app: &AppRecord) -> bool {
    let settling = Duration::from_secs(u64::from(app.spec.rollout.settling_secs));
    let mut counted =
        step.after.tasks_of(&app.spec.id).filter(|task| !step.after.is_given_up_on(task, &app.spec, step.now));
    counted.all(|task| match task.phase {
        TaskPhase::Running { since, .. } => step.now.since(since) >= settling,
        TaskPhase::Staging | TaskPhase::Killing { .. } => false,
    })
}
