//! From an order to a running process: lanes, images, outcomes.

use super::task::{Age, Phase};
use super::{Effect, Tasks};
use crate::runtime::{Fetched, RuntimeError, Started};
use ship_core::model::{TaskId, TaskStatus};
use std::sync::Arc;
use std::time::Duration;

impl Tasks {
    /// The runtime's answer to [`Effect::Start`]; `now` counts from any fixed moment.
    pub(in crate::agent) fn started(
        &mut self,
        id: &TaskId,
        outcome: Result<Started, RuntimeError>,
        now: Duration,
    ) -> Vec<Effect> {
        self.starting = self.starting.saturating_sub(1);
        if outcome.is_ok() {
            self.tuner.completed(now, !self.queue.is_empty());
        }
        let mut effects = Vec::new();
        // Its exit may have been noticed before the answer came: then all is said.
        if self.phase(id) == Some(Phase::Starting) {
            match outcome {
                Ok(started) => self.runs(id, started.address, Age { was: Duration::ZERO, at: now }, &mut effects),
                Err(RuntimeError::NoImage(image)) => self.lacks_image(id, &image, &mut effects),
                Err(RuntimeError::Unavailable(_)) => {
                    // A notice will tell when to go on; until then nothing else would fare better.
                    self.engine_up = false;
                    self.set_phase(id, Phase::Waiting);
                    self.queue.push_front(id.clone());
                }
                Err(err @ (RuntimeError::Refused(_) | RuntimeError::Missing)) => {
                    self.end(id, TaskStatus::Refused { reason: err.to_string() }, &mut effects);
                    effects.push(Effect::Remove(id.clone()));
                }
            }
        }
        self.fill_lanes(&mut effects);
        effects
    }

    pub(in crate::agent) fn pull_progress(&mut self, image: &str, fetched: Fetched) -> Vec<Effect> {
        let mut effects = Vec::new();
        for id in self.pulling(image) {
            let status = TaskStatus::Pulling { percent: fetched.percent, bytes: Some(fetched.bytes) };
            self.say(&id, status, &mut effects);
        }
        effects
    }

    /// The runtime's answer to [`Effect::Pull`]: it settles every task that waits for the image.
    pub(in crate::agent) fn pulled(&mut self, image: &str, outcome: &Result<(), RuntimeError>) -> Vec<Effect> {
        let mut effects = Vec::new();
        for id in self.pulling(image) {
            match outcome {
                Ok(()) => {
                    self.set_phase(&id, Phase::Waiting);
                    self.queue.push_back(id);
                }
                Err(RuntimeError::Unavailable(_)) => {
                    self.engine_up = false;
                    self.set_phase(&id, Phase::Waiting);
                    if let Some(task) = self.tasks.get_mut(&id) {
                        task.pulled.pop();
                    }
                    self.queue.push_back(id);
                }
                Err(err @ (RuntimeError::Refused(_) | RuntimeError::NoImage(_) | RuntimeError::Missing)) => {
                    self.end(&id, TaskStatus::Refused { reason: err.to_string() }, &mut effects);
                }
            }
        }
        self.fill_lanes(&mut effects);
        effects
    }

    /// Starts as many waiting tasks as there are free lanes.
    pub(super) fn fill_lanes(&mut self, effects: &mut Vec<Effect>) {
        while self.engine_up && self.starting < self.tuner.limit() {
            let Some(id) = self.queue.pop_front() else { return };
            if self.phase(&id) != Some(Phase::Waiting) {
                continue;
            }
            let Some(task) = self.tasks.get_mut(&id) else { continue };
            if let Some(image) = task.forced_image() {
                self.pull(&id, &image, effects);
                continue;
            }
            let spec = Arc::clone(&task.spec);
            task.phase = Phase::Starting;
            self.starting += 1;
            self.say(&id, TaskStatus::Starting, effects);
            effects.push(Effect::Start(spec));
        }
    }

    /// Its process runs, be it by our start or found so.
    pub(super) fn runs(&mut self, id: &TaskId, address: Option<String>, age: Age, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.phase = Phase::Running;
        task.unsure = false;
        task.age = Some(age);
        task.status = TaskStatus::Running { address };
        effects.push(Effect::Report(task.report()));
        if task.doomed.is_some() {
            self.stop(id, effects);
        } else {
            effects.extend(task.probing(age.at).map(Effect::Probe));
        }
    }

    fn lacks_image(&mut self, id: &TaskId, image: &str, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get(id) else { return };
        if task.doomed.is_some() {
            self.end(id, TaskStatus::Gone, effects);
        } else if task.pulled.iter().any(|pulled| pulled == image) {
            let reason = format!("the engine pulled `{image}` and still has no such image");
            self.end(id, TaskStatus::Refused { reason }, effects);
        } else {
            self.pull(id, image, effects);
        }
    }

    /// One pull serves all tasks that wait for the image.
    pub(super) fn pull(&mut self, id: &TaskId, image: &str, effects: &mut Vec<Effect>) {
        if !self.engine_up {
            self.set_phase(id, Phase::Waiting);
            self.queue.push_back(id.clone());
            return;
        }
        if self.pulling(image).is_empty() {
            effects.push(Effect::Pull(image.to_owned()));
        }
        if let Some(task) = self.tasks.get_mut(id) {
            task.phase = Phase::Pulling;
            task.pulled.push(image.to_owned());
        }
        self.say(id, TaskStatus::Pulling { percent: None, bytes: None }, effects);
    }

    pub(super) fn pulling(&self, image: &str) -> Vec<TaskId> {
        let waits = |task: &super::Task| task.pulls().is_some_and(|pulled| pulled == image);
        self.tasks.iter().filter(|(_, task)| waits(task)).map(|(id, _)| id.clone()).collect()
    }
}
