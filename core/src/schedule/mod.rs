//! Where a task goes: filter the agents, rank what is left, choose ports. Every agent that is passed
//! over has a typed reason. An exact index finds the best agent without a look at all of them.

mod batch;
mod changes;
mod constraints;
mod demand;
mod field;
mod fleet;
mod index;
mod load;
mod machine;
mod mismatch;
mod ports;
mod rather;
mod rule;
mod score;
#[cfg(test)]
mod tests;
mod tree;

pub use constraints::{attribute, misplaced};
pub use fleet::Fleet;
pub use load::{Claim, Load};
pub use mismatch::{Group, Mismatch, Rejection, groups, summary};
pub use ports::PortBook;

use crate::model::{AgentId, Resources, TaskPort};
use std::collections::BTreeMap;

/// The number of an agent among all there are, in the order in which they were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// The slot of the agent that was added after so many others.
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("there are fewer than four billion agents"))
    }

    /// Whether the fleet knows the agent already.
    #[must_use]
    pub fn is_in(self, fleet: &Fleet) -> bool {
        self.index() < fleet.agents()
    }

    /// Its place in that order.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whether an agent can be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It takes orders.
    Up,
    /// Down, but it may be back in a moment: what stands there still counts.
    Away,
    /// Down for so long that its tasks are replaced: no place, and no group to keep even.
    Gone,
    /// Its tasks move elsewhere.
    Draining,
    /// It still stops tasks that are not ours (any more).
    Tidying,
}

impl Link {
    /// Whether what stands there is to be kept even with other groups: what is about to leave is not.
    fn makes_groups(self) -> bool {
        match self {
            Self::Up | Self::Away | Self::Tidying => true,
            Self::Gone | Self::Draining => false,
        }
    }
}

/// Where a task goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Of the agent.
    pub slot: Slot,
    /// Which agent is to launch it.
    pub agent: AgentId,
    /// The agent's host name, for people and the task's environment.
    pub host: String,
    /// In the order of the app's ports.
    pub ports: Vec<TaskPort>,
    /// The part of the task's resources that comes out of shares reserved for a role, by role.
    pub reserved: BTreeMap<String, Resources>,
}
