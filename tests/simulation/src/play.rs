//! Runs: one seed from dawn to peace, or many side by side.

use crate::faults::Faults;
use crate::trace::Trace;
use crate::world::World;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use ship_core::cluster::invariants::Violation;
use ship_core::model::AppId;
use ship_core::planted::{self, Bug};
use std::collections::BTreeSet;
use std::io::Write;
use std::ops::RangeInclusive;
use std::panic::{self, AssertUnwindSafe};

/// What is asked of a run, its seed aside.
#[derive(Debug, Clone, Copy)]
pub struct Game {
    /// So many events happen before peace is made.
    pub events: u64,
    pub bug: Option<Bug>,
}

/// What came of one seed.
#[derive(Debug, Clone)]
pub struct Score {
    pub seed: u64,
    pub events: u64,
    pub calls: u64,
    pub checks: u64,
    pub faults: Faults,
    pub violations: Vec<Violation>,
    pub(crate) moved: BTreeSet<AppId>,
}

/// What came of many.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    pub seeds: u64,
    pub events: u64,
    pub calls: u64,
    pub checks: u64,
    pub faults: Faults,
    /// By seed, the first first.
    pub broken: Vec<(u64, Violation)>,
}

impl Score {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            events: 0,
            calls: 0,
            checks: 0,
            faults: Faults::default(),
            violations: Vec::new(),
            moved: BTreeSet::new(),
        }
    }
}

/// One run. It ends with the first broken promise; `story` gets what happened, line by line.
#[must_use]
pub fn play(seed: u64, game: Game, story: Option<Box<dyn Write + Send>>) -> Score {
    let trace = story.map_or(Trace::Off, Trace::On);
    let run = || planted::with(game.bug, || run(seed, game, trace));
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let mut score = Score::new(seed);
        score.violations.push(Violation::new("panic", "the core panicked"));
        score
    })
}

fn run(seed: u64, game: Game, trace: Trace) -> Score {
    let mut world = World::new(seed, trace);
    while world.score.events < game.events && world.score.violations.is_empty() && world.step(None) {}
    if world.score.violations.is_empty() {
        world.make_peace();
        world.judge_peace();
    }
    world.score
}

/// Many runs, on all cores.
#[must_use]
pub fn play_all(seeds: RangeInclusive<u64>, game: Game) -> Totals {
    let scores = seeds.into_par_iter().map(|seed| play(seed, game, None));
    scores.fold(Totals::default, Totals::with).reduce(Totals::default, Totals::and)
}

impl From<Score> for Totals {
    fn from(score: Score) -> Self {
        Self::default().with(score)
    }
}

impl Totals {
    fn with(mut self, score: Score) -> Self {
        self.seeds += 1;
        self.events += score.events;
        self.calls += score.calls;
        self.checks += score.checks;
        self.faults.add(&score.faults);
        self.broken.extend(score.violations.into_iter().map(|violation| (score.seed, violation)));
        self
    }

    fn and(mut self, other: Self) -> Self {
        self.seeds += other.seeds;
        self.events += other.events;
        self.calls += other.calls;
        self.checks += other.checks;
        self.faults.add(&other.faults);
        self.broken.extend(other.broken);
        self.broken.sort_by_key(|(seed, _)| *seed);
        self
    }
}
