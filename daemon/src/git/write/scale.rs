//! Another number of instances in an app's file.

use super::edit::edit;
use super::{Tip, Wish, WriteError};
use git2::Oid;
use ship_core::protocol::Scale;
use ship_repo::edit::set_instances;

impl Wish for Scale {
    fn by_hand(&self) -> String {
        "change `instances`".to_owned()
    }

    fn draft(&self, at: &Tip<'_>) -> Result<Option<Oid>, WriteError> {
        let message = format!("scale {} to {}", self.app, self.instances);
        edit(at, &self.app, self.author.as_deref(), &message, |text| set_instances(text, self.instances))
    }
}
