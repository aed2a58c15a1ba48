//! Checks of a task: what they find, and their change while it runs.

use super::task::{Finding, Phase, Task};
use super::{Effect, Tasks};
use ship_core::cluster::TaskReport;
use ship_core::model::{Checks, TaskId, TaskSpec, TaskStatus};
use std::sync::Arc;
use std::time::Duration;

impl Tasks {
    /// The checks of a task have news, unless they were replaced meanwhile. That it is ready is news once.
    pub(in crate::agent) fn found(&mut self, id: &TaskId, generation: u64, finding: Finding) -> Vec<Effect> {
        let is_news = |task: &&mut Task| task.phase == Phase::Running && task.generation == generation;
        let Some(task) = self.tasks.get_mut(id).filter(is_news) else { return Vec::new() };
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
    pub(in crate::agent) fn recheck(&mut self, id: &TaskId, checks: Checks, now: Duration) -> Vec<Effect> {
        let Some(task) = self.tasks.get_mut(id).filter(|task| task.spec.checks != checks) else {
            return Vec::new();
        };
        let was_checked = task.is_checked();
        task.spec = Arc::new(TaskSpec { checks, ..TaskSpec::clone(&task.spec) });
        task.generation += 1;
        task.verdict = None;
        task.inform = None;
        let end = (was_checked && task.phase == Phase::Running).then(|| Effect::Unprobe(id.clone()));
        end.into_iter().chain(task.probing(now).map(Effect::Probe)).collect()
    }
}
