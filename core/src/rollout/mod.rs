//! How one app gets from the tasks it has to the tasks it should have, without breaking the promise of
//! its `upgradeStrategy`. A function of what is there now: nothing is remembered between calls.

mod capacity;
mod decide;

pub use capacity::Capacity;
pub use decide::{Decision, TaskState, TaskSummary, decide};
