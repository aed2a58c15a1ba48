//! Everything there is in one run, and what happens next.

use crate::agenda::{Agenda, Event};
use crate::agent::Agent;
use crate::dice::Dice;
use crate::git::Git;
use crate::master::Master;
use crate::people::People;
use crate::play::Score;
use crate::trace::{DAWN, Trace};
use ship_core::cluster::invariants::Violation;
use ship_core::model::{AgentId, AgentInfo, Attribute, EngineState, PortRange, Resources, Scalar, TaskId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) dice: Dice,
    pub(crate) agenda: Agenda,
    pub(crate) trace: Trace,
    pub(crate) score: Score,
    pub(crate) master: Master,
    pub(crate) agents: Vec<Agent>,
    pub(crate) git: Git,
    pub(crate) people: People,
    /// What each task has really shown so far.
    pub(crate) proven: BTreeMap<TaskId, Proven>,
    /// No more faults, no more changes of mind.
    pub(crate) calm: bool,
    pub(crate) last_link: u64,
    pub(crate) last_pull: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Proven {
    pub(crate) ran: bool,
    pub(crate) healthy: bool,
    pub(crate) ready: bool,
}

impl World {
    pub(crate) fn new(seed: u64, trace: Trace) -> Self {
        let mut dice = Dice::new(seed);
        let agents = (0..dice.between(2, 20)).map(|number| Agent::new(machine(&mut dice, number))).collect();
        let people = People::new(&mut dice);
        let mut world = Self {
            seed,
            dice,
            agenda: Agenda::new(DAWN),
            trace,
            score: Score::new(seed),
            master: Master::default(),
            agents,
            git: Git::default(),
            people,
            proven: BTreeMap::new(),
            calm: false,
            last_link: 0,
            last_pull: 0,
        };
        world.agenda.at(DAWN, Event::MasterStarts);
        for agent in 0..world.agents.len() {
            world.dial_soon(agent, 3_000);
        }
        world.agenda.after(Duration::from_millis(1_500), Event::Person);
        world.agenda.after(Duration::from_secs(5), Event::Mishap);
        world
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.agenda.now()
    }

    /// The next thing happens; `false` if nothing is going to, up to `end`.
    pub(crate) fn step(&mut self, end: Option<Timestamp>) -> bool {
        let Some(event) = self.agenda.next(end) else { return false };
        self.score.events += 1;
        match event {
            Event::Wake { life } => self.wake(life),
            Event::Flush { life } => self.flush(life),
            Event::MasterStarts => self.start_master(),
            Event::Hear { agent, link, word } => self.hear(agent, link, word),
            Event::Obey { agent, link, order } => self.obey(agent, link, order),
            Event::MasterNotices { agent, link } => self.master_notices(agent, link),
            Event::AgentNotices { agent, link } => self.agent_notices(agent, link),
            Event::Dial { agent, life } => self.dial(agent, life),
            Event::Heal { agent } => self.agents[agent].wire.partitioned = false,
            Event::AgentStarts { agent } => self.start_agent(agent),
            Event::EngineReturns { agent } => self.start_engine(agent),
            Event::Engine { agent, doing } => self.go_on(agent, doing),
            Event::Person => self.person(),
            Event::Mishap => self.mishap(),
            Event::Revert(revert) => self.revert(&revert),
        }
        true
    }

    pub(crate) fn violated(&mut self, violation: Violation) {
        let now = self.now();
        self.trace.say(now, "BROKEN", || violation.to_string());
        self.score.violations.push(violation);
    }
}

fn machine(dice: &mut Dice, number: u64) -> AgentInfo {
    let resources = Resources {
        cpus: Scalar::whole(dice.between(2, 8)),
        mem: Scalar::whole(dice.between(4, 16) * 128),
        disk: Scalar::whole(10_000),
        gpus: 0,
    };
    let last = 31_000 + u16::try_from(dice.between(11, 29)).expect("a small number");
    let rack = format!("r{}", number % 3);
    AgentInfo {
        id: AgentId::new(format!("a{number:02}")),
        hostname: format!("a{number:02}"),
        resources,
        ports: vec![PortRange { first: 31_000, last }],
        attributes: BTreeMap::from([("rack".to_owned(), Attribute::Text(rack))]),
        zone: None,
        region: None,
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "1".to_owned() },
    }
}

/// The place of an agent in [`World::agents`].
pub(crate) fn number(agent: &AgentId) -> usize {
    agent.as_str().trim_start_matches('a').parse().expect("agents are called by their numbers")
}
