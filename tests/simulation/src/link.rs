//! The links between agents and the master. Each is like a TCP connection: in order, without gaps, until it
//! breaks and loses what is under way; each end notices that in its own time. Agents dial.

use crate::agenda::Event;
use crate::faults::Fault;
use crate::world::World;
use ship_core::cluster::{Input, TaskReport};
use ship_core::model::{AgentInfo, Checks, TaskId, TaskSpec, Timestamp};

/// The longest that a keepalive takes to notice a dead connection, in milliseconds.
const NOTICED: u64 = 9_000;

/// What an agent says.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    Hello { info: Box<AgentInfo>, tasks: Vec<TaskReport> },
    Info(Box<AgentInfo>),
    Report(TaskReport),
}

/// What the master says.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Launch(Box<TaskSpec>),
    Kill {
        task: TaskId,
        grace_secs: Option<u32>,
    },
    Recheck {
        task: TaskId,
        checks: Checks,
    },
    /// The end of the task was heard of.
    Forget(TaskId),
}

/// One agent's connections, the newest of them.
#[derive(Default)]
pub(crate) struct Wire {
    /// The number of the connection that the agent believes in.
    pub(crate) link: Option<u64>,
    /// Of connections up to this number nothing arrives any more.
    pub(crate) dead: u64,
    /// Nothing gets through, dialling neither.
    pub(crate) partitioned: bool,
    /// Milliseconds added to every delay.
    pub(crate) slowness: u64,
    last_up: Timestamp,
    last_down: Timestamp,
}

impl World {
    /// The agent says something, to a master that may or may not hear it.
    pub(crate) fn say(&mut self, agent: usize, word: Word) {
        let Some(link) = self.agents[agent].wire.link else { return };
        if link <= self.agents[agent].wire.dead {
            return self.score.faults.count(Fault::Drop);
        }
        let at = self.arrival(agent, true);
        if !self.calm && matches!(word, Word::Report(_)) && self.dice.chance(2) {
            self.score.faults.count(Fault::Duplicate);
            self.agenda.at(at, Event::Hear { agent, link, word: word.clone() });
        }
        self.agenda.at(at, Event::Hear { agent, link, word });
    }

    pub(crate) fn send(&mut self, agent: usize, order: Order) {
        let Some(link) = self.master.links.get(&agent).copied() else { return };
        if link <= self.agents[agent].wire.dead {
            return self.score.faults.count(Fault::Drop);
        }
        let at = self.arrival(agent, false);
        self.agenda.at(at, Event::Obey { agent, link, order });
    }

    /// Not before what was sent earlier in the same direction.
    fn arrival(&mut self, agent: usize, up: bool) -> Timestamp {
        let (now, slowness) = (self.now(), self.agents[agent].wire.slowness);
        let delay = self.dice.millis(0, 20 + slowness);
        let wire = &mut self.agents[agent].wire;
        let last = if up { &mut wire.last_up } else { &mut wire.last_down };
        *last = (*last).max(now + delay);
        *last
    }

    pub(crate) fn hear(&mut self, agent: usize, link: u64, word: Word) {
        if link <= self.agents[agent].wire.dead || self.master.cluster.is_none() {
            return self.score.faults.count(Fault::Drop);
        }
        let current = self.master.links.get(&agent).copied();
        match (&word, current) {
            (Word::Hello { .. }, current) if current.is_none_or(|current| link >= current) => {
                self.master.links.insert(agent, link);
            }
            (_, Some(current)) if current == link => {}
            (_, _) => return self.score.faults.count(Fault::Drop),
        }
        let id = self.agents[agent].info.id.clone();
        let (input, ended) = match word {
            Word::Hello { info, tasks } => {
                let ended = tasks.iter().filter(|report| report.status.is_terminal());
                let ended: Vec<TaskId> = ended.map(|report| report.task.clone()).collect();
                (Input::AgentJoined { info: *info, tasks }, ended)
            }
            Word::Info(info) => (Input::AgentChanged { info: *info }, Vec::new()),
            Word::Report(report) => {
                let ended = report.status.is_terminal().then(|| report.task.clone());
                (Input::TaskUpdate { agent: id, report }, ended.into_iter().collect())
            }
        };
        self.feed(input);
        for task in ended {
            self.send(agent, Order::Forget(task));
        }
    }

    pub(crate) fn obey(&mut self, agent: usize, link: u64, order: Order) {
        let wire = &self.agents[agent].wire;
        if link <= wire.dead || wire.link != Some(link) || !self.agents[agent].is_alive {
            return self.score.faults.count(Fault::Drop);
        }
        let now = self.now();
        let name = self.agents[agent].name();
        match order {
            Order::Launch(spec) => {
                self.trace.say(now, name, || format!("is told to launch {}", spec.id));
                self.launch(agent, *spec);
            }
            Order::Kill { task, grace_secs } => {
                self.trace.say(now, name, || format!("is told to stop {task}"));
                self.kill(agent, &task, grace_secs);
            }
            Order::Recheck { task, checks } => self.recheck(agent, &task, checks),
            Order::Forget(task) => self.forget(agent, &task),
        }
    }

    /// What is under way is lost. Both ends notice, each in its own time.
    pub(crate) fn cut(&mut self, agent: usize) {
        let Some(link) = self.agents[agent].wire.link else { return };
        self.agents[agent].wire.dead = link;
        let (master, own) = (self.dice.millis(0, NOTICED), self.dice.millis(0, NOTICED));
        self.agenda.after(master, Event::MasterNotices { agent, link });
        self.agenda.after(own, Event::AgentNotices { agent, link });
    }

    /// The agent takes a link for dead and dials anew, while the master still believes in the old one.
    pub(crate) fn redial(&mut self, agent: usize) {
        let life = self.agents[agent].life;
        let state = &mut self.agents[agent];
        if let Some(link) = state.wire.link.take() {
            state.wire.dead = link;
            self.dial(agent, life);
        }
    }

    pub(crate) fn master_notices(&mut self, agent: usize, link: u64) {
        if self.master.links.get(&agent) == Some(&link) && self.master.cluster.is_some() {
            self.master.links.remove(&agent);
            self.feed(Input::AgentLost { agent: self.agents[agent].info.id.clone() });
        }
    }

    pub(crate) fn agent_notices(&mut self, agent: usize, link: u64) {
        if self.agents[agent].wire.link == Some(link) {
            self.agents[agent].wire.link = None;
            self.dial_soon(agent, 50);
        }
    }

    pub(crate) fn dial_soon(&mut self, agent: usize, most: u64) {
        let (pause, life) = (self.dice.millis(10, most.max(10)), self.agents[agent].life);
        self.agenda.after(pause, Event::Dial { agent, life });
    }

    pub(crate) fn dial(&mut self, agent: usize, life: u64) {
        let state = &self.agents[agent];
        if !state.is_alive || state.life != life || state.wire.link.is_some() {
            return;
        }
        if state.wire.partitioned || self.master.cluster.is_none() {
            return self.dial_soon(agent, 5_000);
        }
        self.last_link += 1;
        self.agents[agent].wire.link = Some(self.last_link);
        self.greet(agent);
    }
}
