//! How many containers to start at once. An engine has a best number, different on every machine and for
//! every kind of network; this climbs towards it by comparing completed starts per second.

use std::time::Duration;

/// So many completions make one measurement: fewer are noise, more react too late to a burst of a hundred.
const SAMPLE: u32 = 8;

/// A change below this share tells nothing: the engine's own rate varies as much.
const NOISE: f64 = 0.03;

/// A hill-climber over the number of concurrent starts.
#[derive(Debug, Clone)]
pub(super) struct Tuner {
    limit: usize,
    max: usize,
    step: isize,
    last_rate: Option<f64>,
    sample: Option<Sample>,
}

#[derive(Debug, Clone)]
struct Sample {
    since: Duration,
    completed: u32,
}

impl Tuner {
    const MIN: usize = 2;

    /// Begins at two a core, never goes beyond four.
    pub(super) fn new(cores: usize) -> Self {
        let cores = cores.max(1);
        Self { limit: 2 * cores, max: 4 * cores, step: 2, last_rate: None, sample: None }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// A start completed at `now`. Only a run of completions during which more starts were `waiting` says
    /// something about the limit: otherwise demand set the pace.
    pub(super) fn completed(&mut self, now: Duration, waiting: bool) {
        if !waiting {
            self.sample = None;
            return;
        }
        let Some(sample) = &mut self.sample else {
            // The first completion of a burst opens the measurement: filling the lanes is not counted.
            self.sample = Some(Sample { since: now, completed: 0 });
            return;
        };
        sample.completed += 1;
        if sample.completed < SAMPLE.max(u32::try_from(self.limit).unwrap_or(SAMPLE)) {
            return;
        }
        let secs = now.saturating_sub(sample.since).as_secs_f64().max(f64::EPSILON);
        let rate = f64::from(sample.completed) / secs;
        self.sample = Some(Sample { since: now, completed: 0 });
        self.climb(rate);
    }

    fn climb(&mut self, rate: f64) {
        let worse = self.last_rate.is_some_and(|last| rate < last * (1.0 - NOISE));
        let better = self.last_rate.is_none_or(|last| rate > last * (1.0 + NOISE));
        self.last_rate = Some(rate);
        if worse {
            self.step = -self.step;
        } else if !better {
            return;
        }
        self.limit = self.limit.saturating_add_signed(self.step).clamp(Self::MIN, self.max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds completions as an engine would that is best at `best` starts at once.
    fn settle(tuner: &mut Tuner, best: f64) {
        let mut now = Duration::ZERO;
        for _ in 0..2000 {
            let distance = (tuner.limit() as f64 - best).abs() / best;
            now += Duration::from_secs_f64(0.05 * (1.0 + distance));
            tuner.completed(now, true);
        }
    }

    #[test]
    fn it_finds_the_engines_best_number() {
        for best in [4.0, 8.0, 14.0] {
            let mut tuner = Tuner::new(4);
            settle(&mut tuner, best);
            let distance = (tuner.limit() as f64 - best).abs();
            assert!(distance <= 4.0, "best {best}, but {} it is", tuner.limit());
        }
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut tuner = Tuner::new(1);
        assert_eq!(tuner.limit(), 2);
        settle(&mut tuner, 100.0);
        assert_eq!(tuner.limit(), 4);
        settle(&mut tuner, 0.5);
        assert!((2..=4).contains(&tuner.limit()));
    }

    #[test]
    fn idle_engines_teach_nothing() {
        let mut tuner = Tuner::new(4);
        for second in 0..100 {
            tuner.completed(Duration::from_secs(second), false);
        }
        assert_eq!(tuner.limit(), 8);
    }
}
