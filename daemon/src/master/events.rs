//! The last events of the cluster, numbered without a hole, for followers that may be late.

use ship_core::cluster::{Event, Happening};
use ship_core::model::DeploymentId;
use std::collections::VecDeque;
use std::sync::Arc;

/// A rollout of a thousand tasks tells some five thousand; at 300 bytes each this is 5 MB.
const EVENTS_KEPT: usize = 16_384;

/// An event and its place in the log.
#[derive(Debug, Clone)]
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) event: Arc<Event>,
}

/// Numbers rise by one from event to event.
#[derive(Debug)]
pub(super) struct EventLog {
    kept: VecDeque<Numbered>,
    next: u64,
    capacity: usize,
}

impl EventLog {
    #[must_use]
    pub(super) fn new(first: u64) -> Self {
        Self::with_capacity(first, EVENTS_KEPT)
    }

    pub(super) fn with_capacity(first: u64, capacity: usize) -> Self {
        Self { kept: VecDeque::new(), next: first, capacity }
    }

    pub(super) fn push(&mut self, event: Event) {
        if self.kept.len() == self.capacity {
            self.kept.pop_front();
        }
        self.kept.push_back(Numbered { number: self.next, event: Arc::new(event) });
        self.next += 1;
    }

    /// Of the oldest event that is kept, or of the one to come.
    #[must_use]
    pub(super) fn first(&self) -> u64 {
        self.kept.front().map_or(self.next, |oldest| oldest.number)
    }

    /// Of the event to come.
    #[must_use]
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// What is kept, from the given number on.
    pub(super) fn since(&self, number: u64) -> impl Iterator<Item = &Numbered> {
        let skip = usize::try_from(number.saturating_sub(self.first())).unwrap_or(usize::MAX);
        self.kept.range(skip.min(self.kept.len())..)
    }

    /// Where the deployment's latest run begins: a commit that is wanted again is carried out again.
    #[must_use]
    pub(super) fn start_of(&self, id: &DeploymentId) -> u64 {
        let starts = |entry: &&Numbered| {
            entry.event.deployment.as_ref() == Some(id)
                && matches!(entry.event.what, Happening::DeploymentStarted { .. })
        };
        self.kept.iter().rev().find(starts).map_or(self.first(), |entry| entry.number)
    }
}
