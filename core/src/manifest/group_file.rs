//! A folder's `group.json`: the settings of the group itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A group's own settings. Its apps stand in files beside this one, its groups in folders.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Group", deny_unknown_fields)]
pub struct GroupFile {
    /// The address of this schema, for editors.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The group's path. The folder says it already; if it stands here too, both must agree.
    #[schemars(length(min = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Apps or groups that must be up before any app of this group is started; absolute, or relative to this
    /// group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<String>>,
}
