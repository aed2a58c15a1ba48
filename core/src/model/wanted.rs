//! The desired state: every app and group of one commit.

use super::{AppId, AppSpec, GroupId, GroupSpec};
use imbl::OrdMap;
use std::sync::Arc;

/// All apps and groups that a commit asks for. A persistent map: a copy costs nothing, and comparing
/// two copies costs what differs between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// By absolute id, all of them valid.
    pub apps: OrdMap<AppId, Arc<AppSpec>>,
    /// Only groups that have a file; the others exist through the ids of their apps.
    pub groups: OrdMap<GroupId, Arc<GroupSpec>>,
}
