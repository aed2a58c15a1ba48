//! What an agent does when it is told to. Everything may be told twice.

use super::{Doing, Entry, Phase};
use crate::agenda::Event;
use crate::link::Word;
use crate::world::World;
use ship_core::cluster::TaskReport;
use ship_core::model::{Checks, TaskId, TaskSpec, TaskStatus};
use std::time::Duration;

/// Between SIGTERM and SIGKILL where nobody says.
const DEFAULT_GRACE_SECS: u32 = 3;

impl World {
    pub(crate) fn launch(&mut self, agent: usize, spec: TaskSpec) {
        let id = spec.id.clone();
        if let Some(entry) = self.agents[agent].table.get(&id) {
            let report = entry.report();
            return self.say(agent, Word::Report(report));
        }
        self.agents[agent].table.insert(id.clone(), Entry::new(spec));
        self.begin(agent, &id);
    }

    pub(crate) fn kill(&mut self, agent: usize, id: &TaskId, grace_secs: Option<u32>) {
        let engine_up = self.agents[agent].engine_up;
        let Some(entry) = self.agents[agent].table.get_mut(id) else {
            let report = TaskReport { task: id.clone(), status: TaskStatus::Gone };
            return self.say(agent, Word::Report(report));
        };
        let secs = grace_secs.or(entry.spec.kill_grace_secs).unwrap_or(DEFAULT_GRACE_SECS);
        entry.doomed = Some(Duration::from_secs(secs.into()));
        match entry.phase {
            // Where the engine is away, an earlier start may have got further than we know.
            Phase::Waiting if engine_up => self.end(agent, id, TaskStatus::Gone),
            Phase::Pulling => self.end(agent, id, TaskStatus::Gone),
            Phase::Running => self.stop(agent, id),
            Phase::Ended => {
                let report = entry.report();
                self.say(agent, Word::Report(report));
            }
            Phase::Waiting | Phase::Starting | Phase::Stopping => {}
        }
    }

    pub(crate) fn recheck(&mut self, agent: usize, id: &TaskId, checks: Checks) {
        let Some(entry) = self.agents[agent].table.get_mut(id).filter(|entry| entry.spec.checks != checks) else {
            return;
        };
        entry.spec.checks = checks;
        entry.verdict = None;
        entry.ready = false;
        if entry.phase == Phase::Running {
            self.probe(agent, id);
        }
    }

    pub(crate) fn forget(&mut self, agent: usize, id: &TaskId) {
        let table = &mut self.agents[agent].table;
        if table.get(id).is_some_and(|entry| entry.phase == Phase::Ended) {
            table.remove(id);
        }
    }

    /// As far as the engine lets it.
    pub(super) fn begin(&mut self, agent: usize, id: &TaskId) {
        let state = &mut self.agents[agent];
        let Some(entry) = state.table.get_mut(id).filter(|_| state.engine_up) else { return };
        let image = entry.spec.image.name.clone();
        if !state.images.contains(&image) {
            entry.phase = Phase::Pulling;
            self.pull(agent, image);
            return self.note(agent, id, TaskStatus::Pulling { percent: None, bytes: None });
        }
        entry.phase = Phase::Starting;
        let (task, life, slowness) = (id.clone(), state.life, state.slowness);
        self.note(agent, id, TaskStatus::Starting);
        let pause = self.dice.millis(10 + slowness / 2, 300 + slowness);
        self.agenda.after(pause, Event::Engine { agent, doing: Doing::Started { task, life } });
    }

    pub(super) fn stop(&mut self, agent: usize, id: &TaskId) {
        let state = &mut self.agents[agent];
        let Some(entry) = state.table.get_mut(id).filter(|_| state.engine_up) else { return };
        entry.phase = Phase::Stopping;
        let grace = entry.doomed.map_or(0, |grace| u64::try_from(grace.as_millis()).unwrap_or(u64::MAX));
        let stubborn = self.dice.chance(15);
        let pause = self.dice.millis(if stubborn { grace } else { 0 }, grace);
        self.agenda.after(pause, Event::Engine { agent, doing: Doing::Stopped { task: id.clone() } });
    }

    /// A fresh status, remembered and told.
    pub(super) fn note(&mut self, agent: usize, id: &TaskId, status: TaskStatus) {
        let Some(entry) = self.agents[agent].table.get_mut(id) else { return };
        entry.status = status;
        let report = entry.report();
        self.say(agent, Word::Report(report));
    }

    pub(super) fn end(&mut self, agent: usize, id: &TaskId, status: TaskStatus) {
        if let Some(entry) = self.agents[agent].table.get_mut(id) {
            entry.phase = Phase::Ended;
            self.note(agent, id, status);
        }
    }
}
