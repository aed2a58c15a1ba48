//! Upgrades, backoff, lost agents.

use super::Reader;
use crate::manifest::policy_file::Disabled;
use crate::manifest::{Finding, Place, Rule, UnreachableFile};
use crate::model::{Backoff, UnreachableStrategy, UpgradeStrategy};

/// An app with this label set to `true` must never run twice (marathon-v2, section 1.1).
pub(super) const SINGLE_INSTANCE: &str = "MARATHON_SINGLE_INSTANCE_APP";

impl Reader<'_> {
    /// A half that is not given gets its default. Marathon since 1.5 refuses such a file, 1.4 did not.
    pub(super) fn upgrade(&mut self, in_place: bool) -> UpgradeStrategy {
        let default = if in_place { UpgradeStrategy::IN_PLACE } else { UpgradeStrategy::default() };
        let written = self.file.upgrade_strategy.unwrap_or_default();
        let upgrade = UpgradeStrategy {
            minimum_health_capacity: written.minimum_health_capacity.unwrap_or(default.minimum_health_capacity),
            maximum_over_capacity: written.maximum_over_capacity.unwrap_or(default.maximum_over_capacity),
        };
        let single = self.file.labels.as_ref().and_then(|labels| labels.get(SINGLE_INSTANCE));
        if single.is_some_and(|value| value == "true") {
            self.single_instance(&upgrade);
        }
        if in_place && upgrade.maximum_over_capacity > 0.0 {
            let place = Place::field("upgradeStrategy").then("maximumOverCapacity");
            let message = "an app whose new tasks take the places of the old ones never has more than one for each";
            self.note(Finding::new(Rule::UpgradeStrategy, place, message).hint("use 0, or leave it out"));
        }
        upgrade
    }

    fn single_instance(&mut self, upgrade: &UpgradeStrategy) {
        if self.instances() > 1 {
            let message = format!("an app with the label `{SINGLE_INSTANCE}` has one instance at most");
            self.note(Finding::new(Rule::UpgradeStrategy, Place::field("instances"), message));
        }
        if upgrade.minimum_health_capacity > 0.0 || upgrade.maximum_over_capacity > 0.0 {
            let message = format!("an app with the label `{SINGLE_INSTANCE}` must be stopped before it is replaced");
            let place = match self.file.upgrade_strategy {
                Some(_) => Place::field("upgradeStrategy"),
                None => Place::field("labels").then(SINGLE_INSTANCE),
            };
            let hint = "use `\"upgradeStrategy\": {\"minimumHealthCapacity\": 0, \"maximumOverCapacity\": 0}`";
            self.note(Finding::new(Rule::UpgradeStrategy, place, message).hint(hint));
        }
    }

    pub(super) fn backoff(&self) -> Backoff {
        let default = Backoff::default();
        Backoff {
            initial_secs: self.file.backoff_seconds.map_or(default.initial_secs, f64::from),
            factor: self.file.backoff_factor.unwrap_or(default.factor),
            max_secs: self.file.max_launch_delay_seconds.map_or(default.max_secs, f64::from),
        }
    }

    pub(super) fn unreachable(&mut self) -> UnreachableStrategy {
        match self.file.unreachable_strategy {
            None => UnreachableStrategy::default(),
            Some(UnreachableFile::Word(Disabled::Disabled)) => UnreachableStrategy::Disabled,
            Some(UnreachableFile::Replace { inactive_after_seconds, expunge_after_seconds }) => {
                let inactive = inactive_after_seconds.unwrap_or(0);
                let expunge = expunge_after_seconds.unwrap_or(inactive);
                if inactive > expunge {
                    let place = Place::field("unreachableStrategy").then("inactiveAfterSeconds");
                    let message = format!("a lost task would be forgotten after {expunge} s, before it is replaced");
                    let finding = Finding::new(Rule::Unreachable, place, message);
                    self.note(finding.hint("`inactiveAfterSeconds` must not exceed `expungeAfterSeconds`"));
                }
                UnreachableStrategy::Replace { inactive_after_secs: inactive, expunge_after_secs: expunge }
            }
        }
    }
}
