//! How an app's tasks are spread over agents, beyond what its constraints demand. Marathon has no word for it;
//! ours are the labels `ship.*` of an app and `[placement]` in `ship.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the scheduler prefers for an app, and whose room it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlacementPolicy {
    /// Which of the agents that fit is the best.
    pub strategy: Strategy,
    /// One instance on every agent that matches; `instances` of the app then says nothing.
    pub everywhere: bool,
    /// 1 to 100; higher is more important.
    pub priority: u8,
    /// Whether tasks of apps with a lower priority make room where nothing else does.
    pub preempts: bool,
    /// Whether its own tasks may be stopped for such apps even below its `minimumHealthCapacity`.
    #[serde(default)]
    pub preemptible: bool,
}

/// The order among agents that fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// The fullest first: machines stay free for tasks that are large.
    #[default]
    BinPack,
    /// The emptiest first: a machine that dies takes less with it.
    Spread,
}

impl PlacementPolicy {
    /// The least important that an app can be.
    pub const PRIORITY_MIN: u8 = 1;
    /// The most important that an app can be.
    pub const PRIORITY_MAX: u8 = 100;
    /// Of apps that say nothing, as in Nomad.
    pub const PRIORITY: u8 = 50;
}

impl Default for PlacementPolicy {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            everywhere: false,
            priority: Self::PRIORITY,
            preempts: false,
            preemptible: false,
        }
    }
}
