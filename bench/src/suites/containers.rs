//! G1, G2, G4: one app of N instances, from acceptance to all reported running, against the engine's best.
//! G18: the daemon's CPU for each container beside the engine's.

use super::app;
use crate::floor::engine::Engine;
use crate::machine;
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::Result;

struct Case {
    goal: &'static str,
    network: &'static str,
    count: usize,
    bar: f64,
    /// G18's bar for the same run.
    cpu_bar: Option<f64>,
}

const CASES: [Case; 4] = [
    Case { goal: "G1", network: "bridge", count: 100, bar: 1.10, cpu_bar: Some(0.08) },
    Case { goal: "G2", network: "host", count: 100, bar: 1.15, cpu_bar: Some(0.15) },
    Case { goal: "G4", network: "bridge", count: 10, bar: 1.15, cpu_bar: None },
    Case { goal: "G4", network: "host", count: 10, bar: 1.30, cpu_bar: None },
];

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for case in &CASES {
        rows.extend(measure(engine, case, repeats).await?);
    }
    Ok(rows)
}

async fn measure(engine: &Engine, case: &Case, repeats: usize) -> Result<Vec<Row>> {
    let (mut floor, mut product) = (Vec::new(), Vec::new());
    let (mut engine_cpu, mut own_cpu) = (Vec::new(), Vec::new());
    let containers = f64::from(u32::try_from(case.count)?);
    for _ in 0..repeats {
        let best = engine.best_start(case.count, case.network).await?;
        floor.push(best.secs);
        engine_cpu.push(best.cpu_secs / containers);
        let (secs, cpu) = start(engine, case).await?;
        product.push(secs);
        own_cpu.push(cpu / containers);
    }
    let what = |text: &str| format!("{text}, {} containers, {} network", case.count, case.network);
    let mut rows = vec![Row {
        goal: case.goal,
        what: what("accepted to all running"),
        unit: "s",
        measure: Measure::ratio(&product, &floor, case.bar),
        floor: Series::from_iter(floor),
        product: Series::from_iter(product),
    }];
    rows.extend(case.cpu_bar.map(|bar| Row {
        goal: "G18",
        what: what("CPU of shipd for each beside the machine's for each of the floor"),
        unit: "CPU s",
        measure: Measure::ratio(&own_cpu, &engine_cpu, bar),
        floor: Series::from_iter(engine_cpu),
        product: Series::from_iter(own_cpu),
    }));
    Ok(rows)
}

/// Seconds until all run, and the CPU seconds of shipd and its children meanwhile.
async fn start(engine: &Engine, case: &Case) -> Result<(f64, f64)> {
    let daemon = Daemon::start().await?;
    let checkout = Checkout::new(0)?;
    let commit = checkout.put("bench", &app(case.count, case.network))?;
    let cpu = machine::cpu_secs(daemon.pid());
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    let secs = daemon.all_running(&commit, case.count).await?;
    let cpu = machine::cpu_secs(daemon.pid()) - cpu;
    daemon.stop(engine).await?;
    Ok((secs, cpu))
}
