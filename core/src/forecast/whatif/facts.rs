//! What a what-if found, as facts for programs.

use crate::forecast::Move;
use crate::model::{AppId, Resources};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All that would follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIf {
    /// By app, then by where from; only where something changes place, starts or stops.
    pub moves: Vec<Move>,
    /// By app: what would not be as wanted in the end, and is now, or is less so.
    pub waits: Vec<Wait>,
    /// By app: promises that would not be kept on the way.
    pub bent: Vec<Bent>,
    /// By app: how many tasks are ready, of each app whose tasks are concerned.
    pub lows: Vec<Low>,
    /// Of all agents that take tasks.
    pub capacity: CapacitySpan,
    /// `false` = it did not come to rest within a generous number of steps; what is told is how far it came.
    pub is_complete: bool,
}

/// So many instances of an app that would not be as wanted in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wait {
    /// Whose instances they are.
    pub app: AppId,
    /// In the end, those that wait already included.
    pub tasks: u32,
    /// So many wait as it is.
    pub already: u32,
    /// In which way.
    pub kind: WaitKind,
    /// Host names of the agents where they stand; empty if they stand nowhere.
    pub hosts: Vec<String>,
    /// For people.
    pub reason: String,
}

/// In which way an instance is not as wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WaitKind {
    /// It has no task, and no agent takes one.
    Nowhere,
    /// Its task runs on where it is and should not be, since no other agent takes it.
    Stays,
    /// Its task is on an agent that does not answer, and is waited for.
    Away,
}

/// An app of which fewer tasks would be ready than its `minimumHealthCapacity` promises, for a while or in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bent {
    /// Whose promise it is.
    pub app: AppId,
    /// The fewest tasks that are ready at any moment.
    pub lowest: u32,
    /// So many are promised.
    pub minimum: u32,
    /// So many are wanted.
    pub instances: u32,
    /// Ready in the end.
    pub after: u32,
}

/// How many tasks of an app are ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Low {
    /// Whose tasks they are.
    pub app: AppId,
    /// Before.
    pub before: u32,
    /// The fewest at any moment.
    pub lowest: u32,
    /// In the end.
    pub after: u32,
}

/// What all agents have that take tasks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    /// How many take tasks.
    pub agents: u32,
    /// Shares reserved for roles included.
    pub total: Resources,
    /// Of `total`.
    pub free: Resources,
}

/// Capacity on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CapacitySpan {
    /// As it is.
    pub before: Capacity,
    /// The least of each that is free at any moment.
    pub lowest_free: Resources,
    /// In the end.
    pub after: Capacity,
}

impl WhatIf {
    /// Whether anything would be elsewhere, or not as wanted.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.moves.is_empty() && self.waits.is_empty() && self.bent.is_empty()
    }
}
