//! What the engine tells of its own accord, and how its return is squared with what we remember.

use super::task::{Age, Phase, Task};
use super::{Effect, Tasks};
use crate::runtime::{Found, FoundState, Notice};
use ship_core::model::{EngineState, TaskId, TaskStatus};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

impl Tasks {
    /// `now` counts from the same moment as for [`Tasks::started`].
    pub(in crate::agent) fn notice(&mut self, notice: Notice, now: Duration) -> Vec<Effect> {
        match notice {
            // The agent's description tells of it.
            Notice::Has(_) => Vec::new(),
            Notice::Exited { task, end } => self.exited(&task, end),
            Notice::Down { reason } => {
                self.engine_up = false;
                // What we know of them is from now on hearsay; what starts later is not.
                self.tasks.values_mut().for_each(|task| task.unsure = true);
                vec![Effect::Describe(EngineState::Down { reason })]
            }
            Notice::Up { version, found } => {
                self.engine_up = true;
                let mut effects = vec![Effect::Describe(EngineState::Up { version })];
                let seen: BTreeSet<TaskId> = found.iter().map(|found| found.spec.id.clone()).collect();
                for found in found {
                    self.square(found, now, &mut effects);
                }
                self.settle_absent(&seen, &mut effects);
                self.fill_lanes(&mut effects);
                effects
            }
        }
    }

    /// One container of the engine against the table.
    fn square(&mut self, found: Found, now: Duration, effects: &mut Vec<Effect>) {
        let id = found.spec.id.clone();
        let known = self.phase(&id);
        match (known, found.state) {
            // A start that broke off before this agent's time: the master will order it again.
            (None, FoundState::Created) => effects.push(Effect::Remove(id)),
            (None, FoundState::Running { address, age }) => {
                self.adopt(found.spec);
                self.runs(&id, address, Age { was: age, at: now }, effects);
            }
            (None, FoundState::Exited(end)) => {
                self.adopt(found.spec);
                effects.extend(self.exited(&id, end));
            }
            (Some(Phase::Ended), _) => effects.push(Effect::Remove(id)),
            (Some(Phase::Waiting), FoundState::Running { address, age }) => {
                self.runs(&id, address, Age { was: age, at: now }, effects);
            }
            (Some(Phase::Running), FoundState::Running { .. }) => self.still_runs(&id, effects),
            (Some(_), FoundState::Exited(end)) => effects.extend(self.exited(&id, end)),
            // A container of a pod went while nobody looked.
            (Some(Phase::Running | Phase::Stopping), FoundState::Created) if self.is_unsure(&id) => {
                self.end(&id, TaskStatus::Gone, effects);
                effects.push(Effect::Remove(id));
            }
            // The call that is under way will tell, or the start that comes copes with what is there.
            (Some(_), FoundState::Created | FoundState::Running { .. }) => {}
        }
    }

    fn adopt(&mut self, spec: ship_core::model::TaskSpec) {
        self.tasks.insert(spec.id.clone(), Task::new(Arc::new(spec)));
    }

    fn is_unsure(&self, id: &TaskId) -> bool {
        self.tasks.get(id).is_some_and(|task| task.unsure)
    }

    fn still_runs(&mut self, id: &TaskId, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get_mut(id) else { return };
        task.unsure = false;
        if task.doomed.is_some() {
            self.stop(id, effects);
        }
    }

    /// Tasks that ran before the engine went away and of which it knows nothing now.
    fn settle_absent(&mut self, seen: &BTreeSet<TaskId>, effects: &mut Vec<Effect>) {
        let gone = |(id, task): &(&TaskId, &Task)| {
            !seen.contains(*id)
                && match task.phase {
                    Phase::Running | Phase::Stopping => task.unsure,
                    Phase::Waiting => task.doomed.is_some(),
                    Phase::Pulling | Phase::Starting | Phase::Ending | Phase::Ended => false,
                }
        };
        let absent: Vec<TaskId> = self.tasks.iter().filter(gone).map(|(id, _)| id.clone()).collect();
        for id in absent {
            self.end(&id, TaskStatus::Gone, effects);
        }
    }
}
