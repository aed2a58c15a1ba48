//! Golden plans. Each folder of `cases/` is a small story told by files: what is wanted `before` and `after`,
//! on which `agents.json`, and what happened in between (`world.json`). `plan.txt` is the plan as an operator
//! reads it, and was read as such before it was checked in.
//!
//! A plan is a promise, so each is also carried out: what happens must be what was told. `UPDATE=1` writes
//! the plans anew, `CASE=text` picks the cases with this text in their names.

mod agents;
mod case;
mod driver;
mod order;
mod past;
mod promise;

use case::Case;
use driver::Tempo;
use ship_core::plan::Shortage;

/// So many ways to be slow are tried on each plan.
const TEMPOS: u64 = 8;

#[test]
fn every_plan_reads_as_it_was_reviewed() {
    report(Case::all().iter().filter_map(Case::difference));
}

#[test]
fn agents_that_obey_at_once_keep_every_plan_to_the_letter() {
    report(Case::all().iter().flat_map(|case| promise::broken(case, Tempo::Prompt)));
}

#[test]
fn agents_that_take_their_time_keep_every_plan_within_its_bounds() {
    let tempos = || (0..TEMPOS).map(Tempo::Slow);
    report(Case::all().iter().flat_map(|case| tempos().flat_map(|tempo| promise::broken(case, tempo))));
}

fn report(findings: impl Iterator<Item = String>) {
    let findings: Vec<String> = findings.collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn a_broken_promise_does_not_go_unseen() {
    let mut case =
        Case::all().into_iter().find(|case| !case.plan.forecast.placements.is_empty()).expect("some case places tasks");
    assert_eq!(promise::broken(&case, Tempo::Slow(0)), Vec::<String>::new());
    case.plan.forecast.bounds[0].ready_min += 1;
    case.plan.forecast.placements[0].tasks += 1;
    let (app, reason) = (case.plan.changes[0].app.clone(), "no room".to_owned());
    case.plan.forecast.shortages.push(Shortage { app, tasks: 1, reason });
    let broken = promise::broken(&case, Tempo::Slow(0));
    assert_eq!(broken.len(), 3, "{broken:?}");
}
