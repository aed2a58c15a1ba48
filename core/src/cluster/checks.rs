//! Health checks that change while tasks run: the tasks stay, their agents check differently.

use super::turn::Turn;
use super::{Effect, Health, TaskPhase, TaskRecord};
use crate::model::{AppId, AppSpec, Checks};
use std::sync::Arc;

impl Turn<'_> {
    /// The app's definition replaced `before`; tasks that it keeps are checked by the new one.
    pub(super) fn change_checks(&mut self, id: &AppId, before: &AppSpec) {
        let Some(app) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else { return };
        if app.spec.checks == before.checks {
            return;
        }
        let kept: Vec<_> = self.cluster.tasks_of(id).filter(|task| task.digest == app.digest).cloned().collect();
        for task in kept.iter().filter(|task| !task.is_killing()) {
            self.set_phase(task, judged_by(&task.phase, &app.spec.checks));
            self.recheck(task, app.spec.checks.clone());
        }
    }

    /// An agent that was away when the checks changed still has those of the task's start.
    pub(super) fn recheck_if_changed(&mut self, task: &TaskRecord) {
        let Some(app) = self.cluster.apps.get(&task.app).map(|app| Arc::clone(&app.record)) else { return };
        if app.digest == task.digest && app.version != task.version {
            self.recheck(task, app.spec.checks.clone());
        }
    }

    fn recheck(&mut self, task: &TaskRecord, checks: Checks) {
        self.act(Effect::Recheck { agent: task.agent.clone(), task: task.id.clone(), checks });
    }
}

/// A verdict of other checks is still the best there is; where there was none, or will be none, it falls. A task
/// that nothing checks any more, before it proved itself, has to hold out.
fn judged_by(phase: &TaskPhase, checks: &Checks) -> TaskPhase {
    match phase {
        TaskPhase::Running { since, address, health, ready } => {
            let proven = *ready && matches!(health, Health::Unchecked | Health::Presumed | Health::Healthy);
            let health = match (health, checks.health.is_empty()) {
                (Health::Settling, true) => Health::Settling,
                (Health::Settling, false) => Health::Unknown,
                (_, true) if !checks.gate() && !proven => Health::Settling,
                (_, true) => Health::Unchecked,
                (Health::Unchecked, false) => Health::Presumed,
                (Health::Unknown | Health::Presumed | Health::Healthy | Health::Unhealthy, false) => *health,
            };
            let ready = *ready || checks.readiness.is_none();
            TaskPhase::Running { since: *since, address: address.clone(), health, ready }
        }
        TaskPhase::Staging | TaskPhase::Killing { .. } => phase.clone(),
    }
}
