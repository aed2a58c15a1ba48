//! How far a change of an app has come, as high-water marks: what was reached, lost and reached again is no
//! progress, or a task that comes up and crashes for ever would never fail a rollout.

use crate::model::{AgentId, Timestamp};
use crate::planted::{self, Bug};
use std::collections::BTreeMap;

/// Lost in a crash of the master; the change then gets its full time again.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Progress {
    /// When something last got better.
    last: Option<Timestamp>,
    ready_most: u32,
    old_least: Option<u32>,
    /// The most bytes of the image that an agent has fetched.
    fetched: BTreeMap<AgentId, u64>,
}

impl Progress {
    /// A change that begins now.
    pub(super) fn begun(now: Timestamp) -> Self {
        Self { last: Some(now), ..Self::default() }
    }

    /// When it last got better; from now on, if that is not known.
    pub(super) fn last_or(&mut self, now: Timestamp) -> Timestamp {
        *self.last.get_or_insert(now)
    }

    /// So many instances are ready, so many old tasks are left.
    pub(super) fn note_counts(&mut self, ready: u32, old: u32, now: Timestamp) {
        let better = ready > self.ready_most || self.old_least.is_some_and(|least| old < least);
        self.ready_most = if planted::is(Bug::ProgressByCrashLoop) { ready } else { self.ready_most.max(ready) };
        self.old_least = Some(self.old_least.map_or(old, |least| least.min(old)));
        if better {
            self.last = Some(now);
        }
    }

    /// An agent has so much of the image.
    pub(super) fn note_fetched(&mut self, agent: &AgentId, bytes: u64, now: Timestamp) {
        let most = self.fetched.entry(agent.clone()).or_default();
        if bytes > *most {
            *most = bytes;
            self.last = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_never_reached_before_is_progress() {
        let mut progress = Progress::begun(Timestamp(1));
        progress.note_counts(0, 4, Timestamp(2));
        assert_eq!(progress.last_or(Timestamp(9)), Timestamp(1), "nothing is better yet");
        progress.note_counts(1, 4, Timestamp(3));
        progress.note_counts(0, 4, Timestamp(4));
        progress.note_counts(1, 4, Timestamp(5));
        assert_eq!(progress.last_or(Timestamp(9)), Timestamp(3), "it came up again, but no further");
        progress.note_counts(1, 3, Timestamp(6));
        assert_eq!(progress.last_or(Timestamp(9)), Timestamp(6));
    }

    #[test]
    fn a_pull_that_begins_anew_is_none() {
        let mut progress = Progress::begun(Timestamp(1));
        let agent = AgentId::new("a");
        for (at, bytes) in [(2, 10), (3, 50), (4, 10), (5, 50)] {
            progress.note_fetched(&agent, bytes, Timestamp(at));
        }
        assert_eq!(progress.last_or(Timestamp(9)), Timestamp(3));
    }
}
