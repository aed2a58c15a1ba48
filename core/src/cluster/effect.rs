//! What a cluster wants done. All [`Effect::Save`] and [`Effect::Forget`] of a batch are durable in one
//! transaction before any other effect of it is carried out.

use super::{Event, Key, Record};
use crate::model::{AgentId, Checks, TaskId, TaskSpec, Timestamp, VolumeId};

/// One thing for the shell to do, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store the record under its [`Record::key`], over what is there.
    Save(Record),
    /// Remove the record from the store.
    Forget(Key),
    /// Idempotent: an agent that has the task already says so again.
    Launch {
        /// Which agent is told.
        agent: AgentId,
        /// All that it needs to know.
        task: Box<TaskSpec>,
    },
    /// SIGTERM, then SIGKILL after the grace period (`None` = the agent's default). Idempotent; an
    /// agent that does not have the task answers [`Gone`](crate::model::TaskStatus::Gone).
    Kill {
        /// Which agent is told.
        agent: AgentId,
        /// Which task is to end.
        task: TaskId,
        /// Seconds between SIGTERM and SIGKILL.
        grace_secs: Option<u32>,
    },
    /// Remove these volumes of the engine and say [`Input::VolumeRemoved`](super::Input::VolumeRemoved) when nothing
    /// is left of them. Idempotent: what is not there is removed already.
    RemoveVolume {
        /// Which agent is told.
        agent: AgentId,
        /// Whose parts they are.
        volume: VolumeId,
        /// As the engine knows them.
        names: Vec<String>,
    },
    /// From now on the task is checked like this. Idempotent.
    Recheck {
        /// Which agent is told.
        agent: AgentId,
        /// Which task is meant; it goes on running.
        task: TaskId,
        /// All of them; they take the place of the earlier ones.
        checks: Checks,
    },
    /// Tell those who watch; nothing else depends on it.
    Emit(Event),
    /// Send [`Input::Tick`](super::Input::Tick) at this moment; a later one replaces no earlier one.
    Wake(Timestamp),
}
