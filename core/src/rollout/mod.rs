//! How one app gets from the tasks it has to the tasks it should have, without breaking the promise of
//! its `upgradeStrategy`. A function of what is there now: nothing is remembered between calls.

mod capacity;
mod decide;
mod keep;
mod summary;

pub use capacity::Capacity;
pub use decide::{Decision, decide};
pub use keep::{Keeping, keep};
use summary::order_for_killing;
pub use summary::{TaskState, TaskSummary};
