//! Our own stops never take an app below its `minimumHealthCapacity`. What fails by itself may, and so may the
//! deadline of a drain, and a more important app if the app says so.

use super::facts::is_enough;
use super::{Step, Violation};
use crate::cluster::state::App;
use crate::model::AppId;
use std::sync::Arc;

pub(super) fn undercut(step: &Step<'_>) -> Vec<Violation> {
    step.apps()
        .into_iter()
        .filter_map(|id| {
            let app = &step.app_after(id)?.record;
            let (given_away, stopped): (Vec<_>, Vec<_>) =
                step.killed_while_ready(id).into_iter().partition(|task| step.is_given_away(task));
            let stopped = stopped.into_iter().any(|task| !step.is_ordered_off(task));
            let left = step.after.ready_tasks(id) + given_away.len();
            let enough = is_enough(left, &app.spec) || was_enough(step, id, left);
            let kept = !stopped || app.removed || enough;
            let share = app.spec.upgrade.minimum_health_capacity;
            let detail = || format!("{id} has {left} ready tasks of {} x {share} left", app.spec.instances);
            (!kept).then(|| Violation::new("minimum", detail()))
        })
        .collect()
}

/// A change that waited for others may begin after something was stopped in the same turn, rightly by then.
fn was_enough(step: &Step<'_>, id: &AppId, left: usize) -> bool {
    let waited = |before: &&Arc<App>| before.record.next.is_some() && !before.record.removed;
    let begins = step.app_after(id).is_some_and(|app| app.record.next.is_none());
    begins && step.app_before(id).filter(waited).is_some_and(|before| is_enough(left, &before.record.spec))
}
