//! An app as it is wanted. An [`AppSpec`] exists only if it is valid; `manifest` makes them.

use super::{AppId, Checks, Constraint, Digest, GroupId, RunSpec};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One app in canonical form, all defaults filled in (marathon-v2, section 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppSpec {
    pub id: AppId,
    /// 0 = suspended.
    pub instances: u32,
    pub run: RunSpec,
    pub constraints: Vec<Constraint>,
    /// Absolute paths of apps or groups that must be up first.
    pub dependencies: BTreeSet<GroupId>,
    pub labels: BTreeMap<String, String>,
    pub checks: Checks,
    pub upgrade: UpgradeStrategy,
    pub rollout: RolloutPolicy,
    pub backoff: Backoff,
    pub kill_selection: KillSelection,
    /// Between SIGTERM and SIGKILL; `None` = the agent's default.
    pub kill_grace_secs: Option<u32>,
    pub unreachable: UnreachableStrategy,
    /// Empty = any role.
    pub accepted_resource_roles: BTreeSet<String>,
    /// Another value restarts an app that is otherwise the same; a field of ours, set by `shipctl restart`.
    pub restarted_at: Option<String>,
    /// Fields kept for the API that decide nothing yet, by their name in an app file.
    pub kept: BTreeMap<String, serde_json::Value>,
}

/// A group's own settings. Which apps it holds follows from their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSpec {
    pub id: GroupId,
    /// Inherited by every app below.
    pub dependencies: BTreeSet<GroupId>,
}

/// Shares of `instances`, each between 0 and 1 (marathon-v2, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct UpgradeStrategy {
    pub minimum_health_capacity: f64,
    pub maximum_over_capacity: f64,
}

impl Default for UpgradeStrategy {
    fn default() -> Self {
        Self { minimum_health_capacity: 1.0, maximum_over_capacity: 1.0 }
    }
}

/// When a rollout has succeeded or failed, and what happens then. Marathon has no word for it; ours are the
/// labels `ship.*` of an app and `[rollout]` in `ship.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolloutPolicy {
    /// Without progress for so long a rollout has failed; at least the longest grace period of the app's
    /// health checks.
    pub deadline_secs: u32,
    /// All instances must have been ready together for so long before a rollout has succeeded.
    pub settling_secs: u32,
    pub on_failure: OnFailure,
}

/// What becomes of an app whose rollout failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Keep what is healthy and stop trying to replace the rest.
    #[default]
    Hold,
    /// Commit the app's last good definition again.
    Revert,
}

impl RolloutPolicy {
    /// As long as Nomad gives a task to become healthy.
    pub const DEADLINE_SECS: u32 = 300;
    /// A process that cannot start its work mostly ends sooner.
    pub const SETTLING_SECS: u32 = 2;
}

impl Default for RolloutPolicy {
    fn default() -> Self {
        Self {
            deadline_secs: Self::DEADLINE_SECS,
            settling_secs: Self::SETTLING_SECS,
            on_failure: OnFailure::default(),
        }
    }
}

/// How launches slow down when tasks keep failing (marathon-v2, section 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Backoff {
    pub initial_secs: f64,
    /// At least 1.
    pub factor: f64,
    pub max_secs: f64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { initial_secs: 1.0, factor: 1.15, max_secs: 300.0 }
    }
}

/// Which instances go first when there are too many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KillSelection {
    #[default]
    YoungestFirst,
    OldestFirst,
}

/// What to do with tasks whose agent is away (marathon-v2, section 7.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnreachableStrategy {
    /// Wait for ever.
    Disabled,
    Replace {
        inactive_after_secs: u32,
        expunge_after_secs: u32,
    },
}

impl Default for UnreachableStrategy {
    fn default() -> Self {
        Self::Replace { inactive_after_secs: 0, expunge_after_secs: 0 }
    }
}

impl AppSpec {
    /// The hash of everything that a running task can notice; tasks of another one must be replaced.
    #[must_use]
    pub fn run_digest(&self) -> Digest {
        crate::diff::run_digest(self)
    }
}
