//! How a change would go: the real machine, run on a copy of the cluster against model agents that do at
//! once what they are told.

mod model;
mod moves;
mod rebalance;
mod run;
mod whatif;

#[cfg(test)]
mod tests;

pub use moves::Move;
pub use rebalance::{AgentShare, Mended, Rebalance, Spread, Unplaced, rebalance};
pub use run::forecast;
pub use whatif::{
    Bent, Capacity, CapacitySpan, HORIZON, Low, NewAgent, Supposition, Unsupposable, Wait, WaitKind, WhatIf, whatif,
};
