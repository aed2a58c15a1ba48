//! Groups: those with a file, and those that apps stand in (marathon-v2, sections 2 and 8.4).

use crate::cluster::Cluster;
use crate::model::GroupId;

impl Cluster {
    /// Whether it has a file, or anything stands in it. The root always is.
    #[must_use]
    pub fn has_group(&self, group: &GroupId) -> bool {
        group.is_root()
            || self.wanted.apps.keys().any(|app| group.holds(app))
            || self.wanted.groups.keys().any(|other| group.encloses(other))
    }
}
