//! What goes on in an engine, whoever watches: images come, containers start, prove themselves and end.

use super::{Container, Entry, Phase};
use crate::agenda::Event;
use crate::faults::Fault;
use crate::image::Temper;
use crate::link::Word;
use crate::world::World;
use ship_core::model::{TaskId, TaskStatus};

#[derive(Debug)]
pub(crate) enum Doing {
    /// So many of its steps are done.
    Pulled {
        image: String,
        number: u64,
        steps: u64,
        of: u64,
    },
    Started {
        task: TaskId,
        life: u64,
    },
    Stopped {
        task: TaskId,
    },
    /// Its health checks are asked.
    Probed {
        task: TaskId,
        life: u64,
    },
    /// Its readiness check is asked.
    Asked {
        task: TaskId,
        life: u64,
    },
    /// It ends by itself.
    Ended {
        task: TaskId,
    },
}

/// Bytes of an image that come in one step.
const STEP_BYTES: u64 = 10_000_000;

impl World {
    pub(crate) fn go_on(&mut self, agent: usize, doing: Doing) {
        match doing {
            Doing::Pulled { image, number, steps, of } => self.pulled(agent, &image, number, (steps, of)),
            Doing::Started { task, life } => self.started(agent, &task, life),
            Doing::Stopped { task } => self.container_ends(agent, &task, 143),
            Doing::Probed { task, life } => self.probed(agent, &task, life),
            Doing::Asked { task, life } => self.asked(agent, &task, life),
            Doing::Ended { task } => {
                let container = self.agents[agent].containers.get(&task);
                if container.is_some_and(|container| container.ends.is_some_and(|at| at <= self.now())) {
                    self.container_ends(agent, &task, 1);
                }
            }
        }
    }

    /// One pull serves all who wait for the image.
    pub(super) fn pull(&mut self, agent: usize, image: String) {
        if self.agents[agent].pulls.contains_key(&image) {
            return;
        }
        self.last_pull += 1;
        let number = self.last_pull;
        self.agents[agent].pulls.insert(image.clone(), number);
        let of = match Temper::of(&image) {
            Temper::Heavy => {
                self.score.faults.count(Fault::SlowPull);
                self.dice.between(10, 30)
            }
            Temper::Good
            | Temper::Slow
            | Temper::Sick
            | Temper::Unready
            | Temper::Crash
            | Temper::Brief
            | Temper::Missing => self.dice.between(1, 3),
        };
        self.pull_on(agent, image, number, (1, of));
    }

    fn pull_on(&mut self, agent: usize, image: String, number: u64, (steps, of): (u64, u64)) {
        let pause = if of > 3 { self.dice.millis(1_000, 3_000) } else { self.dice.millis(50, 800) };
        self.agenda.after(pause, Event::Engine { agent, doing: Doing::Pulled { image, number, steps, of } });
    }

    fn pulled(&mut self, agent: usize, image: &str, number: u64, (steps, of): (u64, u64)) {
        if self.agents[agent].pulls.get(image) != Some(&number) {
            return;
        }
        let waits = |(_, entry): &(&TaskId, &Entry)| entry.phase == Phase::Pulling && entry.spec.image.name == image;
        let waiting: Vec<TaskId> = self.agents[agent].table.iter().filter(waits).map(|(id, _)| id.clone()).collect();
        if waiting.is_empty() {
            self.agents[agent].pulls.remove(image);
            return;
        }
        let hiccup = !self.calm && self.dice.chance(2);
        if Temper::of(image) == Temper::Missing || hiccup {
            self.score.faults.count(Fault::PullFailure);
            self.agents[agent].pulls.remove(image);
            for id in waiting {
                self.end(agent, &id, TaskStatus::Refused { reason: format!("cannot pull {image}") });
            }
        } else if steps < of {
            let percent = u8::try_from(steps * 100 / of).ok();
            for id in waiting {
                self.note(agent, &id, TaskStatus::Pulling { percent, bytes: Some(steps * STEP_BYTES) });
            }
            self.pull_on(agent, image.to_owned(), number, (steps + 1, of));
        } else {
            self.agents[agent].pulls.remove(image);
            self.agents[agent].images.insert(image.to_owned());
            for id in waiting {
                self.begin(agent, &id);
            }
        }
    }

    fn started(&mut self, agent: usize, id: &TaskId, life: u64) {
        let state = &self.agents[agent];
        let expected = state.table.get(id).is_some_and(|entry| entry.phase == Phase::Starting);
        if state.life == life && state.engine_up && expected {
            self.make_container(agent, id);
            self.runs(agent, id);
        }
    }

    pub(super) fn make_container(&mut self, agent: usize, id: &TaskId) {
        let Some(entry) = self.agents[agent].table.get(id) else { return };
        let (spec, now) = (entry.spec.clone(), self.now());
        let temper = Temper::of_task(&spec);
        let lifetime = match temper {
            Temper::Crash => Some(self.dice.millis(50, 900)),
            Temper::Brief => Some(self.dice.millis(600, 1_900)),
            Temper::Good | Temper::Heavy | Temper::Slow | Temper::Sick | Temper::Unready | Temper::Missing => None,
        };
        self.count_temper(temper);
        let ends = lifetime.map(|span| now + span);
        let container = Container { spec, temper, exit: None, well: true, ends };
        self.judge_start(agent, id, &container);
        self.agents[agent].containers.insert(id.clone(), container);
        self.proven.entry(id.clone()).or_default().ran = true;
        let name = self.agents[agent].name();
        self.trace.say(now, name, || format!("runs {id}"));
        if let Some(span) = lifetime {
            self.agenda.after(span, Event::Engine { agent, doing: Doing::Ended { task: id.clone() } });
        }
    }

    fn count_temper(&mut self, temper: Temper) {
        let fault = match temper {
            Temper::Good | Temper::Heavy | Temper::Missing => return,
            Temper::Slow => Fault::SlowStart,
            Temper::Sick => Fault::NeverHealthy,
            Temper::Unready => Fault::NeverReady,
            Temper::Crash | Temper::Brief => Fault::CrashLoop,
        };
        self.score.faults.count(fault);
    }

    /// The process learns that a container runs, by its own start or by finding it.
    pub(super) fn runs(&mut self, agent: usize, id: &TaskId) {
        let Some(entry) = self.agents[agent].table.get_mut(id) else { return };
        entry.phase = Phase::Running;
        entry.unsure = false;
        let doomed = entry.doomed.is_some();
        self.note(agent, id, TaskStatus::Running { address: None });
        match doomed {
            true => self.stop(agent, id),
            false => self.probe(agent, id),
        }
    }

    /// Begins its checks.
    pub(super) fn probe(&mut self, agent: usize, id: &TaskId) {
        let state = &self.agents[agent];
        let (Some(entry), Some(container)) = (state.table.get(id), state.containers.get(id)) else { return };
        let (checked, asked) = (!entry.spec.checks.health.is_empty(), entry.spec.checks.readiness.is_some());
        let (life, temper) = (state.life, container.temper);
        let slow = if temper == Temper::Slow { 10_000 } else { 0 };
        if checked {
            let pause = match temper {
                // Failures within the grace period do not count.
                Temper::Sick => self.dice.millis(3_000, 8_000),
                Temper::Brief => self.dice.millis(50, 400),
                Temper::Good | Temper::Heavy | Temper::Slow | Temper::Unready | Temper::Crash | Temper::Missing => {
                    self.dice.millis(200 + slow / 2, 2_500 + slow)
                }
            };
            let doing = Doing::Probed { task: id.clone(), life };
            self.agenda.after(pause, Event::Engine { agent, doing });
        }
        if asked {
            let pause = self.dice.millis(200 + slow / 2, 4_000 + slow);
            let doing = Doing::Asked { task: id.clone(), life };
            self.agenda.after(pause, Event::Engine { agent, doing });
        }
    }

    fn probed(&mut self, agent: usize, id: &TaskId, life: u64) {
        let state = &mut self.agents[agent];
        let (Some(entry), Some(container)) = (state.table.get_mut(id), state.containers.get(id)) else { return };
        let healthy = container.well && container.temper != Temper::Sick && container.exit.is_none();
        let listens = state.life == life && entry.phase == Phase::Running && !entry.spec.checks.health.is_empty();
        if !listens || entry.verdict == Some(healthy) {
            return;
        }
        entry.verdict = Some(healthy);
        if healthy {
            self.proven.entry(id.clone()).or_default().healthy = true;
        }
        if let Some(proof) = entry.proofs().into_iter().next() {
            self.say(agent, Word::Report(proof));
        }
    }

    fn asked(&mut self, agent: usize, id: &TaskId, life: u64) {
        let state = &mut self.agents[agent];
        let (Some(entry), Some(container)) = (state.table.get_mut(id), state.containers.get(id)) else { return };
        let yes = container.temper != Temper::Unready && container.exit.is_none();
        let listens = state.life == life && entry.phase == Phase::Running && entry.spec.checks.readiness.is_some();
        if !listens || entry.ready || !yes {
            return;
        }
        entry.ready = true;
        self.proven.entry(id.clone()).or_default().ready = true;
        if let Some(proof) = entry.proofs().into_iter().last() {
            self.say(agent, Word::Report(proof));
        }
    }

    /// Its process ends. The agent hears of it if it and the engine are there.
    pub(crate) fn container_ends(&mut self, agent: usize, id: &TaskId, code: i64) {
        let Some(container) = self.agents[agent].containers.get_mut(id).filter(|container| container.exit.is_none())
        else {
            return;
        };
        container.exit = Some(code);
        if self.agents[agent].is_alive && self.agents[agent].engine_up {
            self.exited(agent, id, code);
        }
    }

    pub(super) fn exited(&mut self, agent: usize, id: &TaskId, code: i64) {
        let known = self.agents[agent].table.get(id).map(|entry| entry.phase);
        if known.is_some_and(|phase| phase != Phase::Ended) {
            self.end(
                agent,
                id,
                TaskStatus::Exited { code, out_of_memory: false, log_tail: Vec::new(), container: None },
            );
            self.agents[agent].containers.remove(id);
        }
    }

    /// A container's health turns, and its checks find out.
    pub(crate) fn turn_health(&mut self, agent: usize, id: &TaskId, well: bool) {
        let life = self.agents[agent].life;
        let Some(container) = self.agents[agent].containers.get_mut(id) else { return };
        container.well = well;
        let pause = self.dice.millis(50, 1_500);
        self.agenda.after(pause, Event::Engine { agent, doing: Doing::Probed { task: id.clone(), life } });
    }
}
