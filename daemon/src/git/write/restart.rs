//! Another `restartedAt` in an app's file.

use super::edit::edit;
use super::{Tip, Wish, WriteError};
use crate::clock;
use git2::Oid;
use ship_core::model::Timestamp;
use ship_core::protocol::Restart;
use ship_repo::edit::set_restarted_at;
use std::time::Duration;

impl Wish for Restart {
    fn by_hand(&self) -> String {
        "change `restartedAt`".to_owned()
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let now = clock::now();
        edit(at, &self.app, self.author.as_deref(), &format!("restart {}", self.app), |text| {
            let edited = set_restarted_at(text, &moment(now))?;
            // Two in a millisecond are two restarts.
            if edited == text { set_restarted_at(text, &moment(now + Duration::from_millis(1))) } else { Ok(edited) }
        })
    }
}

/// RFC 3339 with milliseconds.
fn moment(at: Timestamp) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_milliseconds() {
        assert_eq!(moment(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(moment(Timestamp(1_700_000_000_120)), "2023-11-14T22:13:20.120Z");
    }
}
