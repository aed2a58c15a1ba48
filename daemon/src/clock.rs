//! The only reader of the wall clock.

use ship_core::model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

#[must_use]
pub fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
}
