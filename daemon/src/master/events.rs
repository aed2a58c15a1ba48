//! The last events of the cluster, numbered without a hole, for followers that may be late.

use crate::store::Numbered;
use std::collections::VecDeque;

/// A rollout of a thousand tasks tells some five thousand; at 300 bytes each this is 5 MB.
const EVENTS_KEPT: usize = 16_384;

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

    pub(super) fn push(&mut self, told: Numbered) {
        debug_assert_eq!(told.number, self.next, "events are numbered by the one who pushes them");
        if self.kept.len() == self.capacity {
            self.kept.pop_front();
        }
        self.next = told.number + 1;
        self.kept.push_back(told);
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
}
