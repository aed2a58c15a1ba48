//! What is going to happen, in the order of its moments; at one moment, in the order it was noted.

use crate::agent::Doing;
use crate::link::{Order, Word};
use ship_core::cluster::Revert;
use ship_core::model::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug)]
pub(crate) enum Event {
    /// The cluster asked to be woken.
    Wake {
        life: u64,
    },
    /// The store is done with what was given to it.
    Flush {
        life: u64,
    },
    MasterStarts,
    /// A word of an agent reaches the master.
    Hear {
        agent: usize,
        link: u64,
        word: Word,
    },
    /// An order of the master reaches an agent.
    Obey {
        agent: usize,
        link: u64,
        order: Order,
    },
    MasterNotices {
        agent: usize,
        link: u64,
    },
    AgentNotices {
        agent: usize,
        link: u64,
    },
    Dial {
        agent: usize,
        life: u64,
    },
    /// A partition ends.
    Heal {
        agent: usize,
    },
    AgentStarts {
        agent: usize,
    },
    EngineReturns {
        agent: usize,
    },
    /// Something goes on in an agent's engine.
    Engine {
        agent: usize,
        doing: Doing,
    },
    /// Somebody changes their mind.
    Person,
    Mishap,
    Revert(Box<Revert>),
}

#[derive(Default)]
pub(crate) struct Agenda {
    now: Timestamp,
    noted: u64,
    events: BTreeMap<(Timestamp, u64), Event>,
}

impl Agenda {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { now, ..Self::default() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn after(&mut self, span: Duration, event: Event) {
        self.at(self.now + span, event);
    }

    pub(crate) fn at(&mut self, at: Timestamp, event: Event) {
        self.noted += 1;
        self.events.insert((at.max(self.now), self.noted), event);
    }

    /// The next event up to `end`, with the clock set to its moment.
    pub(crate) fn next(&mut self, end: Option<Timestamp>) -> Option<Event> {
        let entry = self.events.first_entry()?;
        let at = entry.key().0;
        if end.is_some_and(|end| at > end) {
            return None;
        }
        self.now = at;
        Some(entry.remove())
    }

    pub(crate) fn skip_to(&mut self, at: Timestamp) {
        self.now = self.now.max(at);
    }
}
