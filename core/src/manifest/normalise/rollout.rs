//! When a rollout of the app has succeeded or failed, and what happens then: labels of ours, else the
//! repository's settings.

use super::Reader;
use super::labels::{DEADLINE, ON_FAILURE, SETTLING, label};
use crate::manifest::{Finding, Place, Rule};
use crate::model::{HealthCheck, OnFailure, RolloutPolicy};

/// What the repository's settings say for apps that say nothing themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RolloutDefaults {
    /// Seconds without progress until a rollout has failed; `None` = [`RolloutPolicy::DEADLINE_SECS`] or more.
    pub deadline_secs: Option<u32>,
    /// Seconds that all instances must stay ready; `None` = [`RolloutPolicy::SETTLING_SECS`].
    pub settling_secs: Option<u32>,
    /// What becomes of an app whose rollout failed; `None` = hold.
    pub on_failure: Option<OnFailure>,
}

/// The longest time that makes sense in a file, as in its other fields: a year.
const SECS_MAX: u32 = 31_536_000;

impl Reader<'_> {
    pub(super) fn rollout(&mut self, checks: &[HealthCheck]) -> RolloutPolicy {
        let (default, settings) = (RolloutPolicy::default(), self.defaults.rollout);
        let by_label = self.seconds(DEADLINE, 1);
        let asked = by_label.or(settings.deadline_secs);
        let grace = checks.iter().map(|check| check.grace_period_secs).max().unwrap_or(0);
        if let Some(deadline) = asked.filter(|deadline| *deadline < grace) {
            self.too_short(deadline, grace, by_label.is_some(), checks);
        }
        let settling = self.seconds(SETTLING, 0).or(settings.settling_secs).unwrap_or(default.settling_secs);
        if let Some(deadline) = asked.filter(|deadline| *deadline <= settling) {
            self.settles_too_long(deadline, settling, by_label.is_some());
        }
        let needed = grace.max(settling.saturating_mul(2));
        RolloutPolicy {
            deadline_secs: asked.unwrap_or(default.deadline_secs.max(needed)),
            settling_secs: settling,
            on_failure: self.on_failure().or(settings.on_failure).unwrap_or(default.on_failure),
        }
    }

    /// A task that may take longer to become healthy than its rollout may take to show progress.
    fn too_short(&mut self, deadline: u32, grace: u32, by_label: bool, checks: &[HealthCheck]) {
        let message = format!(
            "a progress deadline of {deadline} s is shorter than the grace period of {grace} s of a health check"
        );
        let (place, hint) = match by_label {
            true => (label(DEADLINE), format!("lower `gracePeriodSeconds`, or ask for at least {grace} s")),
            false => {
                let longest = checks.iter().position(|check| check.grace_period_secs == grace).unwrap_or(0);
                let here = Place::field("healthChecks").then(longest);
                let written = self.file.health_checks.as_ref().and_then(|checks| checks.get(longest));
                let written = written.is_some_and(|check| check.grace_period_seconds.is_some());
                let place = if written { here.then("gracePeriodSeconds") } else { here };
                (place, format!("the deadline is `[rollout]`'s in `ship.toml`; the label `{DEADLINE}` sets another"))
            }
        };
        self.note(Finding::new(Rule::Rollout, place, message).hint(hint));
    }

    /// Tasks that nothing checks are ready only after the settling time, and progress is a ready task.
    fn settles_too_long(&mut self, deadline: u32, settling: u32, by_label: bool) {
        let message = format!(
            "a progress deadline of {deadline} s is not longer than the settling time of {settling} s: nothing could succeed"
        );
        let place = label(if by_label { DEADLINE } else { SETTLING });
        self.note(
            Finding::new(Rule::Rollout, place, message)
                .hint(format!("settle sooner, or ask for more than {settling} s")),
        );
    }

    fn seconds(&mut self, name: &str, least: u32) -> Option<u32> {
        self.number_label(name, least..=SECS_MAX, " of seconds")
    }

    fn on_failure(&mut self) -> Option<OnFailure> {
        let words = [("hold", OnFailure::Hold), ("revert", OnFailure::Revert)];
        self.word_label(ON_FAILURE, &words, "`hold` keeps what is healthy, `revert` goes back to what was")
    }
}

impl Reader<'_> {
    /// A moment, so that the history of an app can be read from its file.
    pub(super) fn restarted_at(&mut self) -> Option<String> {
        let text = self.file.restarted_at.clone()?;
        if text.parse::<jiff::Timestamp>().is_err() {
            let message = format!("`{text}` is no moment in time");
            let finding = Finding::new(Rule::Rollout, Place::field("restartedAt"), message);
            self.note(finding.hint("write it as RFC 3339 does, such as `2026-01-31T12:00:00Z`"));
        }
        Some(text)
    }
}
