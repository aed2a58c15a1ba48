//! The desired state: every app and group of one commit.

use super::{AppId, AppSpec, GroupId, GroupSpec};
use imbl::OrdMap;
use std::sync::Arc;

/// All apps and groups that a commit asks for. A persistent map: a copy costs nothing, and comparing
/// two copies costs what differs between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    pub apps: OrdMap<AppId, Arc<AppSpec>>,
    pub groups: OrdMap<GroupId, Arc<GroupSpec>>,
}
