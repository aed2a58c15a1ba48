//! Everything that decides: what app files mean, how wanted and actual differ, which steps lead from one
//! to the other, where tasks go. Functions from values to values: no clock, no entropy, no IO, no async.
//! Moments, seeds and facts arrive as arguments; effects leave as values.

#![warn(missing_docs)]

pub mod cluster;
pub mod diff;
pub mod forecast;
pub mod manifest;
pub mod model;
pub mod plan;
pub mod planted;
pub mod protocol;
pub mod rollout;
pub mod schedule;

#[cfg(test)]
mod fixture;
