//! An app as it is wanted. An [`AppSpec`] exists only if it is valid; `manifest` makes them.

use super::{AppId, Checks, Constraint, Digest, GroupId, Kind, PlacementPolicy, PodSpec, RunSpec};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One app in canonical form, all defaults filled in (marathon-v2, section 1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppSpec {
    /// Unique in a repository, checked across files; the key of everything that is kept about the app.
    pub id: AppId,
    /// 0 = suspended.
    pub instances: u32,
    /// What its containers are made of; a change here replaces tasks.
    pub run: RunSpec,
    /// Whether it is a pod; `None` = an app of one container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<PodSpec>,
    /// All must hold for a placement; the first one broken is the reason given.
    pub constraints: Vec<Constraint>,
    /// Absolute paths of apps or groups that must be up first.
    pub dependencies: BTreeSet<GroupId>,
    /// Free text of the team's; those beginning with `ship.` that we know set `rollout`.
    pub labels: BTreeMap<String, String>,
    /// What a running task is asked; a change is sent to the agents and replaces nothing.
    pub checks: Checks,
    /// How far the app may dip and swell while tasks are replaced.
    pub upgrade: UpgradeStrategy,
    /// When a change of the app has succeeded or failed, and what follows.
    pub rollout: RolloutPolicy,
    /// The pause before a launch that follows failures.
    pub backoff: Backoff,
    /// Which tasks go first, among those equally worth keeping.
    pub kill_selection: KillSelection,
    /// Between SIGTERM and SIGKILL; `None` = the agent's default.
    pub kill_grace_secs: Option<u32>,
    /// When a task of an agent that is away is replaced, and when forgotten.
    pub unreachable: UnreachableStrategy,
    /// Where among agents that fit it goes, and whose room it may take.
    #[serde(default)]
    pub placement: PlacementPolicy,
    /// Its own; `*` unless the file says another.
    #[serde(default = "any_role")]
    pub role: String,
    /// Whose shares of agents it may use; empty = `*` and its own role.
    pub accepted_resource_roles: BTreeSet<String>,
    /// Another value restarts an app that is otherwise the same; a field of ours, set by `shipctl restart`.
    pub restarted_at: Option<String>,
    /// Fields kept for the API that decide nothing yet, by their name in an app file.
    pub kept: BTreeMap<String, serde_json::Value>,
}

/// A group's own settings. Which apps it holds follows from their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupSpec {
    /// The folder-like path that its apps' ids begin with.
    pub id: GroupId,
    /// Inherited by every app below.
    pub dependencies: BTreeSet<GroupId>,
}

/// Shares of `instances`, each between 0 and 1 (marathon-v2, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpgradeStrategy {
    /// So many tasks stay ready while others are replaced, as a share; the count is rounded up.
    pub minimum_health_capacity: f64,
    /// So many tasks may exist beyond `instances` meanwhile, as a share; the count is rounded down.
    pub maximum_over_capacity: f64,
}

impl UpgradeStrategy {
    /// Of apps that [replace in place](AppSpec::replaces_in_place), unless they say otherwise: half of the tasks at a
    /// time, as Marathon does for those with volumes.
    pub const IN_PLACE: Self = Self { minimum_health_capacity: 0.5, maximum_over_capacity: 0.0 };
}

impl Default for UpgradeStrategy {
    fn default() -> Self {
        Self { minimum_health_capacity: 1.0, maximum_over_capacity: 1.0 }
    }
}

/// When a rollout has succeeded or failed, and what happens then. Marathon has no word for it; ours are the
/// labels `ship.*` of an app and `[rollout]` in `ship.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RolloutPolicy {
    /// Without progress for so long a rollout has failed; at least the longest grace period of the app's
    /// health checks.
    pub deadline_secs: u32,
    /// All instances must have been ready together for so long before a rollout has succeeded.
    pub settling_secs: u32,
    /// `hold` or `revert`, where a failed rollout has a way back.
    pub on_failure: OnFailure,
}

/// What becomes of an app whose rollout failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Backoff {
    /// The first pause, in seconds.
    pub initial_secs: f64,
    /// At least 1.
    pub factor: f64,
    /// The pause grows no longer than this, in seconds.
    pub max_secs: f64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { initial_secs: 1.0, factor: 1.15, max_secs: 300.0 }
    }
}

/// Which instances go first when there are too many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KillSelection {
    /// The one launched last; the default, as in Marathon.
    #[default]
    YoungestFirst,
    /// The one launched first.
    OldestFirst,
}

/// What to do with tasks whose agent is away (marathon-v2, section 7.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnreachableStrategy {
    /// Wait for ever.
    Disabled,
    /// Start another task elsewhere, and give the old one up later.
    Replace {
        /// Seconds away until a replacement starts; at least the time after which an agent counts as gone.
        inactive_after_secs: u32,
        /// Seconds away until the task is forgotten; never before it is replaced.
        expunge_after_secs: u32,
    },
}

impl Default for UnreachableStrategy {
    fn default() -> Self {
        Self::Replace { inactive_after_secs: 0, expunge_after_secs: 0 }
    }
}

fn any_role() -> String {
    AppSpec::ANY_ROLE.to_owned()
}

impl AppSpec {
    /// The role whose share of an agent every app may use unless it names its roles.
    pub const ANY_ROLE: &str = "*";

    /// Whether it is a pod.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.pod {
            None => Kind::App,
            Some(_) => Kind::Pod,
        }
    }

    /// Whether a new task can only take the very place of an old one, which therefore has to stop first.
    #[must_use]
    pub fn replaces_in_place(&self) -> bool {
        self.placement.everywhere || self.is_resident()
    }

    /// Whether its instances have data of their own on an agent, and stay there.
    #[must_use]
    pub fn is_resident(&self) -> bool {
        !self.run.persistent.is_empty()
    }

    /// Whether it depends on the app's other tasks where one more may stand.
    #[must_use]
    pub fn has_rules_of_its_own(&self) -> bool {
        self.constraints.iter().any(|rule| rule.operator.counts_tasks())
    }

    /// The roles whose shares of agents its tasks may use, each once.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let default = [Self::ANY_ROLE, &self.role];
        let default = default.into_iter().take(if self.role == Self::ANY_ROLE { 1 } else { 2 });
        let named = self.accepted_resource_roles.iter().map(String::as_str);
        named.chain(default.filter(|_| self.accepted_resource_roles.is_empty()))
    }

    /// The hash of everything that a running task can notice; tasks of another one must be replaced.
    #[must_use]
    pub fn run_digest(&self) -> Digest {
        crate::diff::run_digest(self)
    }
}
