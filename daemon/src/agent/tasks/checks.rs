//! Health checks of a task: their verdict, and their change while it runs.

use super::task::{Phase, Verdict};
use super::{Effect, Tasks};
use ship_core::model::{Checks, TaskId, TaskSpec, TaskStatus};
use std::sync::Arc;

impl Tasks {
    /// The health checks came to another verdict.
    pub(in crate::agent) fn judged(&mut self, id: &TaskId, verdict: Verdict) -> Vec<Effect> {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.phase == Phase::Running) else {
            return Vec::new();
        };
        task.verdict = Some(verdict);
        task.health_report().map(Effect::Report).into_iter().collect()
    }

    /// An order. Checks that the task has already go on undisturbed.
    pub(in crate::agent) fn recheck(&mut self, id: &TaskId, checks: Checks) -> Vec<Effect> {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.spec.checks != checks) else {
            return Vec::new();
        };
        let was_checked = task.is_checked();
        task.spec = Arc::new(TaskSpec { checks, ..TaskSpec::clone(&task.spec) });
        task.verdict = None;
        let (Phase::Running, TaskStatus::Running { address }) = (task.phase, &task.status) else {
            return Vec::new();
        };
        let probe = Effect::Probe { spec: Arc::clone(&task.spec), address: address.clone() };
        let begin = task.is_checked().then_some(probe);
        was_checked.then(|| Effect::Unprobe(id.clone())).into_iter().chain(begin).collect()
    }
}
