//! The only reader of the wall clock.

use ship_core::model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Now; 1970 on a machine whose clock stands before it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
