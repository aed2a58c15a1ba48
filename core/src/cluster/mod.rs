//! The one state machine: apps, tasks, agents and deployments of a cluster.
//! `(now, input) -> effects`; the shell stores the records, then carries out the rest.

mod deployment;
mod effect;
mod event;
mod input;
mod record;

pub use deployment::{Deployment, Outcome, Rollout, RolloutState};
pub use effect::Effect;
pub use event::{Event, Happening};
pub use input::{Commit, Input, TaskReport};
pub use record::{AgentRecord, AppRecord, ClusterRecord, Health, Key, Record, TaskPhase, TaskRecord};
