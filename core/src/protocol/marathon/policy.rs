//! How an app is upgraded, and what becomes of tasks out of reach (marathon-v2, section 1.1).

use super::scalar::Number;
use crate::model::{UnreachableStrategy, UpgradeStrategy};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

#[derive(Debug, Clone, Copy)]
pub(super) struct Upgrade(pub(super) UpgradeStrategy);

impl Serialize for Upgrade {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut upgrade = serializer.serialize_struct("upgradeStrategy", 2)?;
        upgrade.serialize_field("minimumHealthCapacity", &Number(self.0.minimum_health_capacity))?;
        upgrade.serialize_field("maximumOverCapacity", &Number(self.0.maximum_over_capacity))?;
        upgrade.end()
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Unreachable(pub(super) UnreachableStrategy);

impl Serialize for Unreachable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            UnreachableStrategy::Disabled => serializer.serialize_str("disabled"),
            UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs } => {
                let mut strategy = serializer.serialize_struct("unreachableStrategy", 2)?;
                strategy.serialize_field("inactiveAfterSeconds", &inactive_after_secs)?;
                strategy.serialize_field("expungeAfterSeconds", &expunge_after_secs)?;
                strategy.end()
            }
        }
    }
}

/// Out of date and without effect; Marathon still writes it for apps with persistent volumes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Residency;

impl Serialize for Residency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut residency = serializer.serialize_struct("residency", 2)?;
        residency.serialize_field("relaunchEscalationTimeoutSeconds", &3600)?;
        residency.serialize_field("taskLostBehavior", "WAIT_FOREVER")?;
        residency.end()
    }
}
