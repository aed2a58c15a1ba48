//! G7: a container is killed from outside; how soon does another start in its place?

use super::app;
use crate::floor::engine::{Engine, next};
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::{Context, Result};
use std::time::Instant;

/// Short runs vary more.
const TIMES: usize = 3;

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let daemon = Daemon::start().await?;
    let checkout = Checkout::new(0)?;
    let commit = checkout.put("bench", &app(1, "bridge"))?;
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    daemon.all_running(&commit, 1).await?;
    let (mut floor, mut product) = (Vec::new(), Vec::new());
    for _ in 0..repeats * TIMES {
        floor.push(engine.crash_and_replace("bridge").await?);
        product.push(replaced(engine, daemon.label()).await?);
    }
    daemon.stop(engine).await?;
    Ok(vec![Row {
        goal: "G7",
        what: "crash to the replacement's start, bridge network".to_owned(),
        unit: "s",
        measure: Measure::ratio(&product, &floor, 1.10),
        floor: Series::from_iter(floor),
        product: Series::from_iter(product),
    }])
}

async fn replaced(engine: &Engine, label: &str) -> Result<f64> {
    let running = engine.ids(label).await?;
    let id = running.first().context("a task runs")?;
    let mut starts = engine.events("start", label).await?;
    let began = Instant::now();
    engine.kill(id).await?;
    Ok((next(&mut starts).await? - began).as_secs_f64())
}
