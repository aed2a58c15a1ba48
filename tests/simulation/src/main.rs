//! `ship-sim`: plays seeds, says what broke. One seed is told as a story.

use anyhow::Context;
use clap::Parser;
use serde::Serialize;
use ship_core::planted::Bug;
use ship_sim::{Found, Game, SEEDS_ALLOWED, Totals, play, play_all, table};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

/// Simulates shipctl's core under faults and checks its promises.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Replay this one seed and tell what happens
    #[arg(long, value_name = "N", conflicts_with_all = ["seeds", "planted"])]
    seed: Option<u64>,
    /// Play so many seeds, from 1
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Events of each seed before the faults stop
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    events: u64,
    /// Plant a bug in the core
    #[arg(long, value_name = "NAME", value_parser = bug)]
    fault: Option<Bug>,
    /// Play every bug that can be planted and show what finds it
    #[arg(long, conflicts_with = "fault")]
    planted: bool,
}

/// The last line: what scripts read.
#[derive(Serialize)]
struct Summary {
    seeds: u64,
    events: u64,
    faults: u64,
    violations: u64,
    seconds: u64,
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let mut out = io::stdout();
    if args.planted {
        return show_table(&mut out, &table(args.events)).context("cannot write the table");
    }
    let began = Instant::now();
    let game = Game { events: args.events, bug: args.fault };
    let totals = match args.seed {
        Some(seed) => Totals::from(play(seed, game, Some(Box::new(io::stdout())))),
        None => play_all(1..=args.seeds, game),
    };
    show(&mut out, &totals, began).context("cannot write the summary")
}

fn bug(name: &str) -> Result<Bug, String> {
    let known = || Bug::ALL.iter().map(|bug| bug.name()).collect::<Vec<_>>().join(", ");
    let found = Bug::ALL.iter().find(|bug| bug.name() == name);
    found.copied().ok_or_else(|| format!("there is no such bug to plant; there are {}", known()))
}

fn show(out: &mut impl Write, totals: &Totals, began: Instant) -> io::Result<ExitCode> {
    for (seed, violation) in &totals.broken {
        writeln!(out, "seed {seed}: {violation}")?;
    }
    let faults: Vec<String> =
        totals.faults.by_kind().map(|(fault, times)| format!("{} {times}", fault.name())).collect();
    writeln!(out, "faults: {}", faults.join(", "))?;
    let (calls, checks) = (totals.calls, totals.checks);
    writeln!(out, "checks: {checks} of invariants in {calls} calls of the core")?;
    let summary = Summary {
        seeds: totals.seeds,
        events: totals.events,
        faults: totals.faults.total(),
        violations: totals.broken.len() as u64,
        seconds: began.elapsed().as_secs(),
    };
    writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    Ok(if totals.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn show_table(out: &mut impl Write, table: &[Found]) -> io::Result<ExitCode> {
    writeln!(out, "{:<24} {:<13} {:>10} {:>14}", "planted bug", "found by", "first seed", "seeds that do")?;
    for found in table {
        let (seed, by) = match &found.first {
            Some((seed, violation)) => (seed.to_string(), violation.invariant),
            None => ("none".to_owned(), "nothing"),
        };
        writeln!(out, "{:<24} {by:<13} {seed:>10} {:>8} of {SEEDS_ALLOWED}", found.bug.name(), found.seeds)?;
    }
    let all = table.iter().all(|found| found.first.is_some());
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
