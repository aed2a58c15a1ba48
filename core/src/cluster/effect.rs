//! What a cluster wants done. All [`Effect::Save`] and [`Effect::Forget`] of a batch are durable in one
//! transaction before any other effect of it is carried out.

use super::{Event, Key, Record};
use crate::model::{AgentId, Checks, TaskId, TaskSpec, Timestamp};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Save(Record),
    Forget(Key),
    /// Idempotent: an agent that has the task already says so again.
    Launch {
        agent: AgentId,
        task: Box<TaskSpec>,
    },
    /// SIGTERM, then SIGKILL after the grace period (`None` = the agent's default). Idempotent; an
    /// agent that does not have the task answers [`Gone`](crate::model::TaskStatus::Gone).
    Kill {
        agent: AgentId,
        task: TaskId,
        grace_secs: Option<u32>,
    },
    /// From now on the task is checked like this. Idempotent.
    Recheck {
        agent: AgentId,
        task: TaskId,
        checks: Checks,
    },
    Emit(Event),
    /// Send [`Input::Tick`](super::Input::Tick) at this moment; a later one replaces no earlier one.
    Wake(Timestamp),
}
