//! Where a task goes: filter the agents, rank what is left, choose ports. Every agent that is passed
//! over has a typed reason.

mod constraints;
mod mismatch;
mod place;
mod ports;
#[cfg(test)]
mod tests;

pub use constraints::{attribute, breaks, misplaced};
pub use mismatch::{Mismatch, Rejection, summary};
pub use place::{Candidate, Link, Site, place};
