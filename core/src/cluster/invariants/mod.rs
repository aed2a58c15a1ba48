//! What must hold, as code: one file for each promise. They read the records alone and do their own
//! arithmetic, so that a mistake in what decides is not repeated by what judges.
//!
//! [`broken_by`] judges one call of `handle` at the price of what it touched, [`broken`] a whole cluster,
//! [`unfinished`] a cluster that was left in peace for long enough.

mod agents;
mod bookkeeping;
mod converged;
mod drained;
mod ended;
mod facts;
mod kept;
mod marks;
mod maximum;
mod minimum;
mod order;
mod ports;
mod preempted;
mod resident;
mod service_ports;
mod step;
mod stored;
mod success;
mod volumes;

pub use step::Step;

use super::Cluster;
use crate::model::Timestamp;
use std::fmt;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The promise's name, that of its file here.
    pub invariant: &'static str,
    /// What exactly was found, for whoever looks for the mistake.
    pub detail: String,
}

impl Violation {
    /// `invariant` is the name of the file that holds the check.
    #[must_use]
    pub fn new(invariant: &'static str, detail: impl Into<String>) -> Self {
        Self { invariant, detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.detail)
    }
}

type ForStep = fn(&Step<'_>) -> Vec<Violation>;
type ForCluster = fn(&Cluster) -> Vec<Violation>;
type ForPeace = fn(&Cluster, Timestamp) -> Vec<Violation>;

const OF_STEPS: [ForStep; 15] = [
    agents::oversubscribed,
    ports::shared,
    minimum::undercut,
    maximum::exceeded,
    resident::doubled,
    stored::skipped,
    order::disturbed,
    success::feigned,
    kept::lowered,
    marks::lost,
    drained::misjudged,
    preempted::usurped,
    service_ports::exchanged,
    volumes::lost,
    volumes::removed,
];
const OF_CLUSTERS: [ForCluster; 7] = [
    agents::oversubscribed_anywhere,
    ports::shared_anywhere,
    service_ports::shared_anywhere,
    bookkeeping::tasks_without_home,
    bookkeeping::orphaned_carriers,
    bookkeeping::miscounted_rollouts,
    volumes::shared,
];
const OF_PEACE: [ForPeace; 4] = [ended::endless, converged::adrift, kept::forsaken, volumes::unfinished];

/// So many promises [`broken_by`] looks at.
pub const STEP_CHECKS: u64 = OF_STEPS.len() as u64;

/// What one call of `handle` broke; empty if all is well.
#[must_use]
pub fn broken_by(step: &Step<'_>) -> Vec<Violation> {
    OF_STEPS.iter().flat_map(|check| check(step)).collect()
}

/// Everything that is broken in a cluster, whatever happened before.
#[must_use]
pub fn broken(cluster: &Cluster) -> Vec<Violation> {
    OF_CLUSTERS.iter().flat_map(|check| check(cluster)).collect()
}

/// What should be settled by now in a cluster whose agents are all there and which was asked nothing new for
/// longer than any deadline.
#[must_use]
pub fn unfinished(cluster: &Cluster, now: Timestamp) -> Vec<Violation> {
    OF_PEACE.iter().flat_map(|check| check(cluster, now)).collect()
}
