//! Plays the real core against a world that it cannot trust: links that break, agents and masters that die
//! at any instruction, images that do not come or do not run. Everything follows from one seed.
//!
//! The world keeps the truth: which containers really run where. What the core believes is judged by the
//! invariants of `ship_core::cluster::invariants`, and against the truth where the two may differ.

mod agenda;
mod agent;
mod dice;
mod faults;
mod git;
mod image;
mod judge;
mod link;
mod master;
mod mishaps;
mod peace;
mod people;
mod play;
mod table;
mod trace;
mod world;

pub use faults::{Fault, Faults};
pub use play::{Game, Score, Totals, play, play_all};
pub use table::{Found, SEEDS_ALLOWED, table};
