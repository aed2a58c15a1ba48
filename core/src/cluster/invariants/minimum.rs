//! Our own stops never take an app below its `minimumHealthCapacity`. What fails by itself may.

use super::facts::is_enough;
use super::{Step, Violation};

pub(super) fn undercut(step: &Step<'_>) -> Vec<Violation> {
    step.apps()
        .into_iter()
        .filter_map(|id| {
            let app = &step.app_after(id)?.record;
            let stopped = step.killed_while_ready(id);
            let left = step.after.ready_tasks(id);
            let kept = stopped.is_empty() || app.removed || is_enough(left, &app.spec);
            let share = app.spec.upgrade.minimum_health_capacity;
            let detail = || format!("{id} has {left} ready tasks of {} x {share} left", app.spec.instances);
            (!kept).then(|| Violation::new("minimum", detail()))
        })
        .collect()
}
