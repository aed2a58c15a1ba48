//! Checks of a task: what they find, and their change while it runs.

use super::task::{Finding, Phase};
use super::{Effect, Tasks};
use ship_core::cluster::TaskReport;
use ship_core::model::{Checks, TaskId, TaskSpec, TaskStatus};
use std::sync::Arc;

impl Tasks {
    /// The checks of a task have news. That it is ready is news once.
    pub(in crate::agent) fn found(&mut self, id: &TaskId, finding: Finding) -> Vec<Effect> {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.phase == Phase::Running) else {
            return Vec::new();
        };
        let status = match finding {
            Finding::Health(verdict) => {
                task.verdict = Some(verdict.clone());
                TaskStatus::Health { healthy: verdict.healthy, cause: verdict.cause }
            }
            Finding::Ready if task.ready => return Vec::new(),
            Finding::Ready => {
                task.ready = true;
                TaskStatus::Ready
            }
            Finding::Inform(result) => {
                task.inform = Some(result.clone());
                TaskStatus::Checked { result }
            }
        };
        vec![Effect::Report(TaskReport { task: id.clone(), status })]
    }

    /// An order. Checks that the task has already go on undisturbed.
    pub(in crate::agent) fn recheck(&mut self, id: &TaskId, checks: Checks) -> Vec<Effect> {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.spec.checks != checks) else {
            return Vec::new();
        };
        let was_checked = task.is_checked();
        task.spec = Arc::new(TaskSpec { checks, ..TaskSpec::clone(&task.spec) });
        task.verdict = None;
        task.inform = None;
        let (Phase::Running, TaskStatus::Running { address }) = (task.phase, &task.status) else {
            return Vec::new();
        };
        let probe = Effect::Probe { spec: Arc::clone(&task.spec), address: address.clone() };
        let begin = task.is_checked().then_some(probe);
        was_checked.then(|| Effect::Unprobe(id.clone())).into_iter().chain(begin).collect()
    }
}
