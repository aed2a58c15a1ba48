//! What the answers of a task's health checks add up to: a pure machine.
//!
//! A check knows nothing until its first answer that counts. Failures count unless the task is younger than
//! the grace period and was never alive. The task is unhealthy once one check fails so many times in a row
//! as it allows, the last of them included; healthy once all checks were alive last. A check that allows
//! any number of failures never makes a task unhealthy.

use super::health::Answer;
use crate::agent::tasks::Verdict;
use ship_core::model::HealthCheck;
use std::time::Duration;

/// All checks of one task.
pub(super) struct Verdicts {
    checks: Vec<Check>,
    last: Option<bool>,
}

struct Check {
    grace: Duration,
    failures_max: u32,
    /// In a row, those that count.
    failures: u32,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Unknown,
    Alive,
    Dead(String),
}

impl Verdicts {
    pub(super) fn new(checks: &[HealthCheck]) -> Self {
        let check = |check: &HealthCheck| Check {
            grace: Duration::from_secs(check.grace_period_secs.into()),
            failures_max: check.max_consecutive_failures,
            failures: 0,
            state: State::Unknown,
        };
        Self { checks: checks.iter().map(check).collect(), last: None }
    }

    /// An answer of the `index`th check for a task of this `age`; returns the verdict if it is another now.
    pub(super) fn note(&mut self, index: usize, answer: Answer, age: Duration) -> Option<Verdict> {
        self.checks.get_mut(index)?.note(answer, age);
        let verdict = self.verdict()?;
        (self.last.replace(verdict.healthy) != Some(verdict.healthy)).then_some(verdict)
    }

    fn verdict(&self) -> Option<Verdict> {
        let cause = self.checks.iter().find_map(|check| match &check.state {
            State::Dead(cause) => Some(cause.clone()),
            State::Alive | State::Unknown => None,
        });
        if cause.is_some() {
            return Some(Verdict { healthy: false, cause });
        }
        let all_alive = self.checks.iter().all(|check| check.state == State::Alive);
        all_alive.then_some(Verdict { healthy: true, cause: None })
    }
}

impl Check {
    fn note(&mut self, answer: Answer, age: Duration) {
        match answer {
            Answer::Nothing => {}
            Answer::Alive => {
                self.failures = 0;
                self.state = State::Alive;
            }
            Answer::Dead(_) if self.state == State::Unknown && age < self.grace => {}
            Answer::Dead(cause) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures_max > 0 && self.failures >= self.failures_max {
                    self.state = State::Dead(cause);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::Probe;

    const YOUNG: Duration = Duration::from_secs(5);
    const OLD: Duration = Duration::from_secs(60);

    fn checks(max: &[u32]) -> Verdicts {
        let check = |max: &u32| HealthCheck {
            probe: Probe::shell("true"),
            grace_period_secs: 30,
            interval_secs: 1,
            timeout_secs: 1,
            max_consecutive_failures: *max,
            delay_secs: 0,
            container: None,
        };
        Verdicts::new(&max.iter().map(check).collect::<Vec<_>>())
    }

    fn dead() -> Answer {
        Answer::Dead("HTTP 500".to_owned())
    }

    fn healthy() -> Option<Verdict> {
        Some(Verdict { healthy: true, cause: None })
    }

    fn unhealthy() -> Option<Verdict> {
        Some(Verdict { healthy: false, cause: Some("HTTP 500".to_owned()) })
    }

    #[test]
    fn failures_within_grace_do_not_count_unless_it_was_alive() {
        let mut checks = checks(&[1]);
        assert_eq!(checks.note(0, dead(), YOUNG), None);
        assert_eq!(checks.note(0, Answer::Alive, YOUNG), healthy());
        assert_eq!(checks.note(0, dead(), YOUNG), unhealthy());
    }

    #[test]
    fn so_many_failures_in_a_row_as_allowed_are_too_many() {
        let mut checks = checks(&[2]);
        assert_eq!(checks.note(0, dead(), OLD), None);
        assert_eq!(checks.note(0, Answer::Alive, OLD), healthy());
        assert_eq!(checks.note(0, dead(), OLD), None);
        assert_eq!(checks.note(0, dead(), OLD), unhealthy());
        assert_eq!(checks.note(0, dead(), OLD), None, "said already");
        assert_eq!(checks.note(0, Answer::Alive, OLD), healthy());
    }

    #[test]
    fn a_check_without_a_limit_never_makes_a_task_unhealthy() {
        let mut checks = checks(&[0]);
        assert!((0..100).all(|_| checks.note(0, dead(), OLD).is_none()));
    }

    #[test]
    fn all_must_be_alive_and_one_dead_suffices() {
        let mut checks = checks(&[1, 1]);
        assert_eq!(checks.note(0, Answer::Alive, OLD), None);
        assert_eq!(checks.note(1, Answer::Nothing, OLD), None);
        assert_eq!(checks.note(1, Answer::Alive, OLD), healthy());
        assert_eq!(checks.note(1, dead(), OLD), unhealthy());
        assert_eq!(checks.note(0, Answer::Alive, OLD), None);
    }
}
