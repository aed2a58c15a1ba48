//! Which agent is linked, and through which connection: the newest one wins, and nothing that an older
//! one still says may be heard after the newer has joined.

use crate::wire::agents::{Ability, ToAgent, to_agent::Message};
use ship_core::cluster::Input;
use ship_core::model::AgentId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// Messages on their way to one agent. An agent reads without waiting, so only a stuck one fills this;
/// its link is then cut, and the report of its next join settles what was missed.
const OUTBOX: usize = 16_384;

pub(super) type Outbox = mpsc::Receiver<Result<ToAgent, Status>>;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("agent `{0}` is not linked")]
pub struct NotLinked(pub AgentId);

/// Why an agent cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAsk {
    #[error(transparent)]
    NotLinked(#[from] NotLinked),
    #[error("agent `{0}` runs an older shipd that cannot do this yet")]
    TooOld(AgentId),
}

#[derive(Default)]
pub(super) struct Registry {
    links: Mutex<Links>,
}

#[derive(Default)]
struct Links {
    last: u64,
    of: HashMap<AgentId, Link>,
}

struct Link {
    number: u64,
    outbox: mpsc::Sender<Result<ToAgent, Status>>,
    cut: CancellationToken,
    abilities: Vec<i32>,
}

/// What joins: an agent, as it says in its hello.
pub(super) struct Joining {
    pub agent: AgentId,
    /// As on the wire: a newer agent may have some that this master does not know.
    pub abilities: Vec<i32>,
}

/// One connection of one agent; speaks only as long as it is the agent's newest.
pub(super) struct Membership {
    pub agent: AgentId,
    number: u64,
    /// Cancelled when a newer connection takes over, or the outbox overflows.
    pub cut: CancellationToken,
}

impl Registry {
    /// Makes this the agent's link, in place of any older one, and says so in the same instant.
    pub(super) fn join(
        &self,
        Joining { agent, abilities }: Joining,
        slot: mpsc::Permit<'_, Input>,
        joined: Input,
    ) -> (Membership, Outbox) {
        let (outbox, receiver) = mpsc::channel(OUTBOX);
        let cut = CancellationToken::new();
        let mut links = self.lock();
        links.last += 1;
        let number = links.last;
        let link = Link { number, outbox, cut: cut.clone(), abilities };
        if let Some(older) = links.of.insert(agent.clone(), link) {
            tracing::warn!(%agent, "linked again; the older connection is dropped");
            older.end(Status::aborted("a newer connection of the same agent took over"));
        }
        slot.send(joined);
        (Membership { agent, number, cut }, receiver)
    }

    /// Passes on what a connection says, unless a newer one took over meanwhile.
    pub(super) fn speak(&self, member: &Membership, slot: mpsc::Permit<'_, Input>, input: Input) -> bool {
        let links = self.lock();
        let current = links.is_current(member);
        if current {
            slot.send(input);
        }
        current
    }

    /// The connection ended. With a `slot` the agent counts as lost, unless a newer link took over.
    pub(super) fn leave(&self, member: &Membership, slot: Option<mpsc::Permit<'_, Input>>) {
        let mut links = self.lock();
        if links.is_current(member) {
            links.of.remove(&member.agent);
            if let Some(slot) = slot {
                slot.send(Input::AgentLost { agent: member.agent.clone() });
            }
        }
    }

    pub(super) fn send(&self, agent: &AgentId, message: Message) -> Result<(), NotLinked> {
        let links = self.lock();
        let link = links.of.get(agent).ok_or_else(|| NotLinked(agent.clone()))?;
        link.outbox.try_send(Ok(ToAgent { message: Some(message) })).map_err(|_| {
            link.cut.cancel();
            NotLinked(agent.clone())
        })
    }

    /// As [`Registry::send`], what only an agent with this ability understands.
    pub(super) fn ask(&self, agent: &AgentId, ability: Ability, message: Message) -> Result<(), CannotAsk> {
        let is_able = |link: &Link| link.abilities.contains(&ability.into());
        if self.lock().of.get(agent).is_some_and(|link| !is_able(link)) {
            return Err(CannotAsk::TooOld(agent.clone()));
        }
        Ok(self.send(agent, message)?)
    }

    fn lock(&self) -> MutexGuard<'_, Links> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Links {
    fn is_current(&self, member: &Membership) -> bool {
        self.of.get(&member.agent).is_some_and(|link| link.number == member.number)
    }
}

impl Link {
    fn end(self, why: Status) {
        // A full outbox loses the reason, not the end.
        let _ = self.outbox.try_send(Err(why));
        self.cut.cancel();
    }
}
