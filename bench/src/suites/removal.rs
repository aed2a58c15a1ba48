//! G5: an app is removed; how soon is none of its containers left?

use super::app;
use crate::floor::engine::{Engine, next};
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::Result;
use std::time::{SystemTime, UNIX_EPOCH};

const TASKS: usize = 100;

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let (mut floor, mut product) = (Vec::new(), Vec::new());
    for _ in 0..repeats {
        floor.push(engine.best_removal(TASKS, "bridge").await?);
        product.push(remove(engine).await?);
    }
    Ok(vec![Row {
        goal: "G5",
        what: format!("accepted to no container left, {TASKS} containers, bridge network"),
        unit: "s",
        measure: Measure::ratio(&product, &floor, 1.10),
        floor: Series::from_iter(floor),
        product: Series::from_iter(product),
    }])
}

async fn remove(engine: &Engine) -> Result<f64> {
    let daemon = Daemon::start().await?;
    let checkout = Checkout::new(0)?;
    let started = checkout.put("bench", &app(TASKS, "bridge"))?;
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    daemon.all_running(&started, TASKS).await?;
    daemon.settled().await?;

    let mut removals = engine.events("destroy", daemon.label()).await?;
    let removed = checkout.remove("bench")?;
    checkout.push(daemon.repo(), &["ship.wait=none", "ship.prune=yes"])?;
    let mut last = next(&mut removals).await?;
    for _ in 1..TASKS {
        last = next(&mut removals).await?;
    }
    let ended = (SystemTime::now() - last.elapsed()).duration_since(UNIX_EPOCH)?.as_secs_f64();
    let (accepted, _) = daemon.moments(&removed, "rollout_done", 1).await?;
    daemon.stop(engine).await?;
    Ok(ended - accepted / 1000.0)
}
