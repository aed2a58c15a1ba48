//! Another `restartedAt` in an app's file.

use super::edit::edit;
use super::{Tip, Wish, WriteError};
use crate::clock;
use git2::Oid;
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
            let edited = set_restarted_at(text, &now.rfc3339())?;
            // Two in a millisecond are two restarts.
            if edited == text {
                set_restarted_at(text, &(now + Duration::from_millis(1)).rfc3339())
            } else {
                Ok(edited)
            }
        })
    }
}
