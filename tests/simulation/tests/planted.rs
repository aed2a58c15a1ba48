//! The simulation catches bugs: every one that can be planted breaks a promise within the seeds allowed, and
//! without one none is broken.

use ship_sim::{Game, SEEDS_ALLOWED, play, play_all, table};

/// As many as a run has by default.
const EVENTS: u64 = 2_000;

#[test]
fn every_planted_bug_is_found_within_the_seeds_allowed() {
    let table = table(EVENTS);
    let missed: Vec<&str> = table.iter().filter(|found| found.first.is_none()).map(|found| found.bug.name()).collect();
    assert!(missed.is_empty(), "not found within {SEEDS_ALLOWED} seeds: {missed:?}");
}

#[test]
fn the_same_seeds_break_nothing_without_a_bug() {
    let totals = play_all(1..=SEEDS_ALLOWED, Game { events: EVENTS, bug: None });
    assert_eq!(totals.broken, []);
    assert!(totals.faults.total() > SEEDS_ALLOWED * 20, "faults were injected: {}", totals.faults.total());
}

#[test]
fn a_seed_is_always_the_same_run() {
    let game = Game { events: EVENTS, bug: None };
    let (first, second) = (play(7, game, None), play(7, game, None));
    assert_eq!((first.events, first.calls, first.faults.total()), (second.events, second.calls, second.faults.total()));
}
