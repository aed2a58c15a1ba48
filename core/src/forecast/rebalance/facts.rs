//! What a rebalancing would be, as facts for programs.

use crate::forecast::Move;
use crate::model::{AppId, Constraint, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The difference between where tasks stand and where they would, were all placed anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rebalance {
    /// By app, then by where from.
    pub moves: Vec<Move>,
    /// By app: constraints that fewer tasks would be against than now.
    pub mended: Vec<Mended>,
    /// By app: tasks that would find no place anew, though they have one now.
    pub unplaced: Vec<Unplaced>,
    /// So many tasks were placed anew.
    pub tasks: u32,
    /// So many were left where they are: on agents that take no tasks, of apps that keep data on their agent or wait for
    /// it, of apps with one instance on every agent.
    pub fixed: u32,
    /// As it is.
    pub before: Option<Spread>,
    /// As it would be; `None` = no agent takes tasks.
    pub after: Option<Spread>,
}

/// How full the agents are that take tasks, by the share of their cpus that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The one with the largest share; of several the first by id.
    pub fullest: AgentShare,
    /// The one with the smallest share; of several the first by id.
    pub emptiest: AgentShare,
    /// Agents without any task.
    pub unused: u32,
}

/// The share of one agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentShare {
    /// The agent's host name.
    pub host: String,
    /// Of its cpus, shares reserved for roles included: 1 = all. An agent without cpus has 0.
    pub cpus: Scalar,
}

/// A constraint that would be kept better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mended {
    /// Whose constraint it is.
    pub app: AppId,
    /// As the app's file says it.
    pub rule: Constraint,
    /// Tasks that stand against it now; for `GROUP_BY`, those beyond an even share of their group.
    pub before: u32,
    /// Those that would.
    pub after: u32,
}

/// Tasks of an app that would find no place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unplaced {
    /// Whose tasks they are.
    pub app: AppId,
    /// At least one.
    pub tasks: u32,
}
