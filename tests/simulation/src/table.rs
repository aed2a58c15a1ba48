//! Which planted bug is found by which invariant, and how soon.

use crate::play::{Game, play_all};
use ship_core::cluster::invariants::Violation;
use ship_core::planted::Bug;

/// Every planted bug must be found within so many seeds.
pub const SEEDS_ALLOWED: u64 = 20;

/// How a planted bug was found.
#[derive(Debug, Clone)]
pub struct Found {
    pub bug: Bug,
    /// The first seed that finds it, with what it broke.
    pub first: Option<(u64, Violation)>,
    /// So many of the seeds allowed find it.
    pub seeds: u64,
}

/// Plays every bug against the seeds allowed.
#[must_use]
pub fn table(events: u64) -> Vec<Found> {
    Bug::ALL
        .iter()
        .map(|bug| {
            let totals = play_all(1..=SEEDS_ALLOWED, Game { events, bug: Some(*bug) });
            let mut seeds: Vec<u64> = totals.broken.iter().map(|(seed, _)| *seed).collect();
            seeds.dedup();
            Found { bug: *bug, first: totals.broken.into_iter().next(), seeds: seeds.len() as u64 }
        })
        .collect()
}
