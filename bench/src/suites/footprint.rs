//! G19: memory of master and agent in one process, at rest and for each running task. The bars are the
//! reference's: 40 MB, and 0.4 MB a task.

use super::app;
use crate::floor::engine::Engine;
use crate::machine;
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::Result;

const TASKS: usize = 100;

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let (mut idle, mut each) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        let (rest, task) = measure(engine).await?;
        idle.push(rest);
        each.push(task);
    }
    let row = |what: &str, values: Vec<f64>, bar: f64| Row {
        goal: "G19",
        what: what.to_owned(),
        unit: "MiB",
        floor: Series::default(),
        product: Series::from_iter(values),
        measure: Measure::Figure { bar },
    };
    Ok(vec![
        row("resident memory of shipd dev at rest", idle, 40.0),
        row(&format!("more resident memory for each of {TASKS} tasks"), each, 0.4),
    ])
}

/// MiB at rest, and more for each task.
async fn measure(engine: &Engine) -> Result<(f64, f64)> {
    let daemon = Daemon::start().await?;
    let idle = machine::resident_mib(daemon.pid());
    let checkout = Checkout::new(0)?;
    let commit = checkout.put("bench", &app(TASKS, "host"))?;
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    daemon.all_running(&commit, TASKS).await?;
    daemon.settled().await?;
    let each = (machine::resident_mib(daemon.pid()) - idle) / f64::from(u32::try_from(TASKS)?);
    daemon.stop(engine).await?;
    Ok((idle, each))
}
