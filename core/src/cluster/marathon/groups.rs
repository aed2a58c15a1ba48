//! Groups as they are wanted (marathon-v2, section 8.4).

use crate::cluster::Cluster;
use crate::model::GroupId;
use crate::protocol::marathon::GroupTree;

impl Cluster {
    /// Whether it has a file, or anything stands in it. The root always is.
    #[must_use]
    pub fn has_group(&self, group: &GroupId) -> bool {
        group.is_root()
            || self.wanted.apps.keys().any(|app| group.holds(app))
            || self.wanted.groups.keys().any(|other| group.encloses(other))
    }

    /// The group and all below it; `None` if there is no such group.
    #[must_use]
    pub fn group_tree(&self, top: &GroupId) -> Option<GroupTree> {
        let last = self.meta.last_version;
        GroupTree::of(&self.wanted, top, last, |app| self.app_record(app).map_or(last, |known| known.wanted_version()))
    }
}
