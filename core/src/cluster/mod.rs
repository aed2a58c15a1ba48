//! The one state machine: apps, tasks, agents and deployments of a cluster.
//! `(now, input) -> effects`; the shell stores the records, then carries out the rest.

mod agent_views;
mod agents;
mod checks;
mod delay;
mod deployment;
mod deployments;
mod desire;
mod drain;
mod effect;
mod environment;
mod event;
mod everywhere;
mod gates;
mod handle;
mod holds;
mod input;
mod launch;
mod marathon;
mod mark;
mod marks;
mod news;
mod origin;
mod outlook;
mod places;
mod pod;
mod preempt;
mod progress;
mod reconcile;
mod record;
mod report;
mod restore;
mod rollouts;
mod room;
mod service_ports;
mod settling;
mod standing;
mod state;
mod tasks;
mod turn;
mod views;
mod volume_views;
mod volumes;
mod waiting;
mod why;

pub mod invariants;

#[cfg(test)]
mod tests;

pub use deployment::{Deployment, Outcome, Rollout, RolloutState};
pub use effect::Effect;
pub use event::{Event, Happening};
pub use handle::AGENT_TIMEOUT;
pub use input::{Commit, Input, TaskReport};
pub use mark::{Mark, MarkKind};
pub use marks::Revert;
pub(crate) use outlook::{Room, Standing, patient};
pub use record::{
    AgentRecord, AppRecord, Changed, ClusterRecord, Drain, Ending, Failure, Health, Key, NextSpec, Origin, Record,
    RolloutRecord, TaskPhase, TaskRecord, VolumeRecord,
};
pub use report::{Reporter, taken_back};
pub use state::Cluster;
pub use why::{Cause, Change, Need, Placement, Remedy, What, Why};
