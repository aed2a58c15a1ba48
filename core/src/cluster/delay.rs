//! Launch backoff: an app whose tasks keep failing is tried ever more slowly (marathon-v2, section 7.3).

use crate::model::{Backoff, Timestamp};
use std::time::Duration;

/// Until when an app launches nothing, and how long the last pause was.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct LaunchDelay {
    pause: Duration,
    until: Option<Timestamp>,
    /// No task ran since the last failure.
    failing: bool,
}

impl LaunchDelay {
    /// After a failure. An app that held out longer than the longest pause starts over.
    pub(super) fn after_failure(self, backoff: &Backoff, now: Timestamp) -> Self {
        let longest = Duration::from_secs_f64(backoff.max_secs);
        let forgotten = self.until.is_none_or(|until| now.since(until) > longest);
        let pause = match forgotten {
            true => Duration::from_secs_f64(backoff.initial_secs),
            false => self.pause.mul_f64(backoff.factor),
        };
        let pause = pause.min(longest);
        Self { pause, until: Some(now + pause), failing: true }
    }

    /// After a task came to run.
    pub(super) fn after_success(self) -> Self {
        Self { failing: false, ..self }
    }

    /// How many launches may be under way at once: while all fail, one is enough to see whether it still does.
    pub(super) fn limit(self) -> u32 {
        if self.failing { 1 } else { u32::MAX }
    }

    /// The end of the pause, if it is still going on.
    pub(super) fn until(self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { initial_secs: 1.0, factor: 2.0, max_secs: 3.0 };

    fn secs(secs: u64) -> Timestamp {
        Timestamp(secs * 1000)
    }

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let first = LaunchDelay::default().after_failure(&BACKOFF, secs(0));
        assert_eq!(first.until(secs(0)), Some(secs(1)));
        let second = first.after_failure(&BACKOFF, secs(1));
        assert_eq!(second.until(secs(1)), Some(secs(3)));
        let third = second.after_failure(&BACKOFF, secs(3));
        assert_eq!(third.until(secs(3)), Some(secs(6)));
        assert_eq!(third.until(secs(6)), None);
    }

    #[test]
    fn a_long_quiet_time_is_a_new_start() {
        let first = LaunchDelay::default().after_failure(&BACKOFF, secs(0)).after_failure(&BACKOFF, secs(1));
        let later = first.after_failure(&BACKOFF, secs(100));
        assert_eq!(later.until(secs(100)), Some(secs(101)));
    }

    #[test]
    fn no_backoff_is_no_pause() {
        let backoff = Backoff { initial_secs: 0.0, ..BACKOFF };
        let delay = LaunchDelay::default().after_failure(&backoff, secs(5)).after_failure(&backoff, secs(5));
        assert_eq!(delay.until(secs(5)), None);
    }
}
