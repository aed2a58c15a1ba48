//! The agent's process and its engine come and go; each time, what is remembered is squared with what is there.

use super::{Agent, Entry, Phase};
use crate::agenda::Event;
use crate::faults::Fault;
use crate::link::Word;
use crate::world::World;
use ship_core::model::{TaskId, TaskStatus};

impl World {
    /// The first words on a link: the complete list, then what it cannot say.
    pub(crate) fn greet(&mut self, agent: usize) {
        if !self.agents[agent].knows_engine {
            return;
        }
        let info = self.agents[agent].describe();
        let mut tasks: Vec<_> = self.agents[agent].table.values().map(Entry::report).collect();
        if !self.calm && tasks.len() > 1 && self.dice.chance(30) {
            self.score.faults.count(Fault::Reorder);
            let turn = self.dice.below(tasks.len());
            tasks.rotate_left(turn);
        }
        let proofs: Vec<_> = self.agents[agent].table.values().flat_map(Entry::proofs).collect();
        self.say(agent, Word::Hello { info, tasks });
        for proof in proofs {
            self.say(agent, Word::Report(proof));
        }
    }

    /// The process dies; what it had asked of the engine may or may not come to be.
    pub(crate) fn stop_agent(&mut self, agent: usize) {
        self.cut(agent);
        self.settle_starts(agent);
        let state = &mut self.agents[agent];
        state.is_alive = false;
        state.life += 1;
        state.wire.link = None;
        state.table.clear();
        state.pulls.clear();
        state.knows_engine = false;
        state.has_listed = false;
        let pause = self.dice.millis(300, 25_000);
        self.agenda.after(pause, Event::AgentStarts { agent });
    }

    pub(crate) fn start_agent(&mut self, agent: usize) {
        if self.agents[agent].is_alive {
            return;
        }
        let now = self.now();
        let name = self.agents[agent].name();
        self.trace.say(now, name, || "starts".to_owned());
        self.agents[agent].is_alive = true;
        self.hear_engine(agent);
        self.dial_soon(agent, 500);
    }

    /// The machine goes down, and its containers with it.
    pub(crate) fn reboot(&mut self, agent: usize) {
        self.stop_agent(agent);
        self.agents[agent].engine_up = true;
        for container in self.agents[agent].containers.values_mut() {
            container.exit.get_or_insert(137);
        }
    }

    pub(crate) fn stop_engine(&mut self, agent: usize, containers_die: bool) {
        if !self.agents[agent].engine_up {
            return;
        }
        self.settle_starts(agent);
        let state = &mut self.agents[agent];
        state.engine_up = false;
        state.pulls.clear();
        for entry in state.table.values_mut() {
            entry.unsure = true;
            if entry.phase == Phase::Pulling {
                entry.phase = Phase::Waiting;
            }
        }
        if containers_die {
            state.containers.values_mut().for_each(|container| _ = container.exit.get_or_insert(137));
        }
        self.hear_engine(agent);
        let pause = self.dice.millis(500, 20_000);
        self.agenda.after(pause, Event::EngineReturns { agent });
    }

    pub(crate) fn start_engine(&mut self, agent: usize) {
        if !self.agents[agent].engine_up {
            self.agents[agent].engine_up = true;
            self.hear_engine(agent);
        }
    }

    /// Starts that are under way when somebody dies: the engine has made the container, or it has not.
    fn settle_starts(&mut self, agent: usize) {
        let starting = |(_, entry): &(&TaskId, &Entry)| entry.phase == Phase::Starting;
        let ids: Vec<TaskId> = self.agents[agent].table.iter().filter(starting).map(|(id, _)| id.clone()).collect();
        for id in ids {
            if self.dice.chance(50) {
                self.make_container(agent, &id);
            }
            if let Some(entry) = self.agents[agent].table.get_mut(&id) {
                entry.phase = Phase::Waiting;
            }
        }
    }

    /// The process hears whether its engine answers.
    fn hear_engine(&mut self, agent: usize) {
        let state = &mut self.agents[agent];
        if !state.is_alive {
            return;
        }
        state.has_listed &= state.engine_up;
        let (lists, first) = (state.engine_up && !state.has_listed, !state.knows_engine);
        if state.engine_up {
            self.square(agent);
        }
        let state = &mut self.agents[agent];
        state.knows_engine = true;
        state.has_listed |= state.engine_up;
        match lists || first {
            true => self.greet(agent),
            false => {
                let info = state.describe();
                self.say(agent, Word::Info(info));
            }
        }
    }

    /// The engine's list against the table.
    fn square(&mut self, agent: usize) {
        let found: Vec<(TaskId, Option<i64>)> =
            self.agents[agent].containers.iter().map(|(id, container)| (id.clone(), container.exit)).collect();
        for (id, exit) in &found {
            let phase = self.agents[agent].table.get(id).map(|entry| entry.phase);
            match (phase, exit) {
                (None, _) => {
                    let spec = self.agents[agent].containers[id].spec.clone();
                    self.agents[agent].table.insert(id.clone(), Entry::new(spec));
                    match exit {
                        None => self.runs(agent, id),
                        Some(code) => self.exited(agent, id, *code),
                    }
                }
                (Some(Phase::Ended), _) => {
                    self.agents[agent].containers.remove(id);
                }
                (Some(Phase::Waiting), None) => self.runs(agent, id),
                (Some(Phase::Running), None) => self.still_runs(agent, id),
                (Some(_), Some(code)) => self.exited(agent, id, *code),
                (Some(Phase::Pulling | Phase::Starting | Phase::Stopping), None) => {}
            }
        }
        self.settle_absent(agent);
    }

    fn still_runs(&mut self, agent: usize, id: &TaskId) {
        let Some(entry) = self.agents[agent].table.get_mut(id) else { return };
        entry.unsure = false;
        if entry.doomed.is_some() {
            self.stop(agent, id);
        }
    }

    fn settle_absent(&mut self, agent: usize) {
        let Agent { table, containers, .. } = &self.agents[agent];
        let absent = |id: &TaskId| !containers.contains_key(id);
        let in_phase = |wanted: &[Phase], entry: &Entry| wanted.contains(&entry.phase);
        let gone = |(id, entry): &(&TaskId, &Entry)| {
            let lost = in_phase(&[Phase::Running, Phase::Stopping], entry) && entry.unsure;
            absent(id) && (lost || (in_phase(&[Phase::Waiting], entry) && entry.doomed.is_some()))
        };
        let lost: Vec<TaskId> = table.iter().filter(gone).map(|(id, _)| id.clone()).collect();
        let waits = |(_, entry): &(&TaskId, &Entry)| entry.phase == Phase::Waiting && entry.doomed.is_none();
        let waiting: Vec<TaskId> = table.iter().filter(waits).map(|(id, _)| id.clone()).collect();
        for id in lost {
            self.end(agent, &id, TaskStatus::Gone);
        }
        for id in waiting {
            self.begin(agent, &id);
        }
    }
}
