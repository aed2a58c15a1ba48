//! All apps in order of their ids, for looking up one app or the apps of a group.

use super::{Across, Party};
use crate::model::{AppSpec, GroupId};
use std::ops::Range;

/// Apps by id; those of one group stand together, except that `/a-b` stands between `/a` and `/a/b`.
pub(super) struct Index<'a> {
    pub apps: Vec<Party<'a, AppSpec>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(across: &Across<'a>) -> Self {
        let mut apps: Vec<Party<'a, AppSpec>> =
            across.apps.iter().map(|party| Party { file: party.file, spec: party.spec }).collect();
        apps.sort_by(|a, b| (&a.spec.id, a.file).cmp(&(&b.spec.id, b.file)));
        Self { apps }
    }

    /// The place of the app with this path.
    pub(super) fn app(&self, path: &str) -> Option<usize> {
        let at = self.apps.partition_point(|party| party.spec.id.as_str() < path);
        self.apps.get(at).filter(|party| party.spec.id.as_str() == path).map(|_| at)
    }

    /// The places of all apps below a group.
    pub(super) fn below(&self, group: &GroupId) -> Range<usize> {
        if group.is_root() {
            return 0..self.apps.len();
        }
        // `0` is the character after `/`.
        let (first, end) = (format!("{}/", group.as_str()), format!("{}0", group.as_str()));
        let start = self.apps.partition_point(|party| party.spec.id.as_str() < first.as_str());
        let end = self.apps.partition_point(|party| party.spec.id.as_str() < end.as_str());
        start..end
    }
}
