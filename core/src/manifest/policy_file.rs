//! How an app file says to roll out and to deal with lost agents.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Shares of `instances` that bound a rollout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct UpgradeFile {
    /// The share of tasks that stays healthy all the time, from 0 to 1.
    #[schemars(range(min = 0, max = 1), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_health_capacity: Option<f64>,
    /// The share of tasks that may run in excess, from 0 to 1.
    #[schemars(range(min = 0, max = 1), extend("default" = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_over_capacity: Option<f64>,
}

/// `"disabled"`, or after how long tasks of an agent that is away are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(deny_unknown_fields)]
pub enum UnreachableFile {
    #[serde(rename_all = "camelCase")]
    Replace {
        /// After so many seconds a replacement is started.
        #[schemars(range(max = 31_536_000), extend("default" = 0))]
        #[serde(skip_serializing_if = "Option::is_none")]
        inactive_after_seconds: Option<u32>,
        /// After so many seconds the lost task is forgotten.
        #[schemars(range(max = 31_536_000), extend("default" = 0))]
        #[serde(skip_serializing_if = "Option::is_none")]
        expunge_after_seconds: Option<u32>,
    },
    Word(Disabled),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Disabled {
    Disabled,
}
