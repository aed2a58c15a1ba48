//! G6: all tasks of an app are exchanged, each stopped before its successor starts, so many side by side. Nothing
//! is waited for but the engine.

use super::app;
use crate::floor::engine::Engine;
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::Result;
use serde_json::{Value, json};

const TASKS: u32 = 20;
const SIDE_BY_SIDE: [u32; 3] = [1, 5, 20];

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for side_by_side in SIDE_BY_SIDE {
        rows.push(measure(engine, side_by_side, repeats).await?);
    }
    Ok(rows)
}

async fn measure(engine: &Engine, side_by_side: u32, repeats: usize) -> Result<Row> {
    let tasks = TASKS as usize;
    let daemon = Daemon::start().await?;
    let checkout = Checkout::new(0)?;
    let deploy = async |round: usize| {
        let commit = checkout.put("bench", &rolling(side_by_side, round))?;
        checkout.push(daemon.repo(), &["ship.wait=none"])?;
        let secs = daemon.all_running(&commit, tasks).await?;
        daemon.settled().await?;
        anyhow::Ok(secs)
    };
    deploy(0).await?;
    let (mut floor, mut product) = (Vec::new(), Vec::new());
    for round in 1..=repeats {
        floor.push(engine.roll(tasks, side_by_side as usize, "bridge").await?);
        product.push(deploy(round).await?);
    }
    daemon.stop(engine).await?;
    Ok(Row {
        goal: "G6",
        what: format!("rolling upgrade of {TASKS}, stop first, {side_by_side} side by side, bridge network"),
        unit: "s",
        measure: Measure::ratio(&product, &floor, 1.15),
        floor: Series::from_iter(floor),
        product: Series::from_iter(product),
    })
}

fn rolling(side_by_side: u32, round: usize) -> Value {
    let mut app = app(TASKS as usize, "bridge");
    let minimum = 1.0 - f64::from(side_by_side) / f64::from(TASKS);
    app["upgradeStrategy"] = json!({ "minimumHealthCapacity": minimum, "maximumOverCapacity": 0 });
    app["labels"] = json!({ "ship.settlingSeconds": "0" });
    app["env"] = json!({ "ROUND": round.to_string() });
    app
}
