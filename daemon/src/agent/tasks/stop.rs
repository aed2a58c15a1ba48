//! From an order to stop, or a process that ends by itself, to a task that is over.

use super::task::Phase;
use super::{DEFAULT_GRACE, Effect, Tasks};
use crate::runtime::{End, LastWords, RuntimeError};
use ship_core::cluster::TaskReport;
use ship_core::model::{TaskId, TaskStatus};
use std::time::Duration;

impl Tasks {
    /// An order. What is not here is gone; what ended already is reported again. Of several orders the one
    /// with the least patience holds.
    pub(in crate::agent) fn kill(&mut self, id: &TaskId, grace_secs: Option<u32>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let engine_up = self.engine_up;
        let Some(task) = self.tasks.get_mut(id) else {
            return vec![Effect::Report(TaskReport { task: id.clone(), status: TaskStatus::Gone })];
        };
        let grace_secs = grace_secs.or(task.spec.kill_grace_secs);
        let grace = grace_secs.map_or(DEFAULT_GRACE, |secs| Duration::from_secs(secs.into()));
        let hurries = task.doomed.is_none_or(|before| grace < before);
        if hurries {
            task.doomed = Some(grace);
        }
        match task.phase {
            // Where the engine is away, an earlier start may have got further than we know.
            Phase::Waiting if engine_up => self.end(id, TaskStatus::Gone, &mut effects),
            Phase::Pulling => {
                let image = task.pulls().cloned();
                self.end(id, TaskStatus::Gone, &mut effects);
                let idle = image.filter(|image| self.pulling(image).is_empty());
                effects.extend(idle.map(Effect::CancelPull));
            }
            Phase::Running => self.stop(id, &mut effects),
            // The engine ends it at once, or earlier, although it was asked already.
            Phase::Stopping if hurries => self.stop(id, &mut effects),
            Phase::Ended => effects.push(Effect::Report(task.report())),
            Phase::Waiting | Phase::Starting | Phase::Stopping | Phase::Ending => {}
        }
        effects
    }

    /// The runtime's answer to [`Effect::Stop`]. The exit itself comes by notice.
    pub(in crate::agent) fn stopped(&mut self, id: &TaskId, outcome: &Result<(), RuntimeError>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase(id) != Some(Phase::Stopping) {
            return effects;
        }
        match outcome {
            Ok(()) => {}
            Err(RuntimeError::Missing) => self.end(id, TaskStatus::Gone, &mut effects),
            // It stays doomed: the engine's return, or the order repeated, tries again.
            Err(RuntimeError::Refused(_) | RuntimeError::NoImage(_) | RuntimeError::Unavailable(_)) => {
                self.set_phase(id, Phase::Running);
            }
        }
        effects
    }

    /// Its process ended, says the engine, or one of a pod's: then the others are stopped before it is over.
    pub(in crate::agent) fn exited(&mut self, id: &TaskId, end: End) -> Vec<Effect> {
        let mut effects = Vec::new();
        let Some(task) = self.tasks.get_mut(id) else { return effects };
        if matches!(task.phase, Phase::Ending | Phase::Ended) {
            return effects;
        }
        if task.phase == Phase::Running && task.is_checked() {
            effects.push(Effect::Unprobe(id.clone()));
        }
        task.phase = Phase::Ending;
        let own_grace = task.spec.kill_grace_secs.map_or(DEFAULT_GRACE, |secs| Duration::from_secs(secs.into()));
        let grace = task.spec.pod.as_ref().map(|_| task.doomed.unwrap_or(own_grace));
        if task.doomed.is_some() && grace.is_none() {
            // Nobody asks for the last words of what was told to go. Those of a crash are worth the wait: the
            // engine tells them once it has cleaned up behind the process, some 100 ms after the exit.
            effects.extend(self.buried(id, end, LastWords::default()));
        } else {
            effects.push(Effect::Bury { task: id.clone(), end, grace });
        }
        effects
    }

    /// The answer to [`Effect::Bury`].
    pub(in crate::agent) fn buried(&mut self, id: &TaskId, end: End, words: LastWords) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.phase(id) == Some(Phase::Ending) {
            let (LastWords { out_of_memory, log_tail }, End { code, container }) = (words, end);
            self.end(id, TaskStatus::Exited { code, out_of_memory, log_tail, container }, &mut effects);
            effects.push(Effect::Remove(id.clone()));
        }
        effects
    }

    pub(super) fn stop(&mut self, id: &TaskId, effects: &mut Vec<Effect>) {
        let engine_up = self.engine_up;
        let Some(task) = self.tasks.get_mut(id).filter(|_| engine_up) else { return };
        if task.phase == Phase::Running && task.is_checked() {
            effects.push(Effect::Unprobe(id.clone()));
        }
        task.phase = Phase::Stopping;
        effects.push(Effect::Stop { task: id.clone(), grace: task.doomed.unwrap_or(DEFAULT_GRACE) });
    }
}
