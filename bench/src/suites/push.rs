//! G8: from `git push` of a one-app change to its first container's start, against a bare push and one
//! start alone. G9: what that adds must not grow with the repository.

use super::app;
use crate::floor::engine::{Engine, next};
use crate::floor::git::Server;
use crate::product::daemon::Daemon;
use crate::product::repository::Checkout;
use crate::stats::Series;
use crate::table::{Measure, Row};
use anyhow::Result;
use serde_json::json;
use std::time::Instant;

const LARGE: usize = 10_000;
const SMALL: usize = 100;
/// Single pushes vary more than hundreds of containers.
const TIMES: usize = 4;

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let small = measure(engine, SMALL, repeats * TIMES).await?;
    let large = measure(engine, LARGE, repeats * TIMES).await?;
    let own = |chain: &Chain| chain.product.iter().zip(&chain.floor).map(|(product, floor)| product - floor).collect();
    let (own_small, own_large): (Series, Series) = (own(&small), own(&large));
    let growth = Series::from_iter([own_large.median() / own_small.median()]);
    Ok(vec![
        Row {
            goal: "G8",
            what: format!("push of one app to its container's start, {LARGE} apps, bridge network"),
            unit: "s",
            measure: Measure::ratio(&large.product, &large.floor, 1.15),
            floor: Series::from_iter(large.floor),
            product: Series::from_iter(large.product),
        },
        Row {
            goal: "G9",
            what: format!("what G8 adds to its floor at {LARGE} apps; the floor column shows it at {SMALL}"),
            unit: "s",
            measure: Measure::AtMost { ratios: growth, bar: 1.5 },
            floor: own_small,
            product: own_large,
        },
    ])
}

/// Seconds, pair by pair.
struct Chain {
    product: Vec<f64>,
    floor: Vec<f64>,
}

async fn measure(engine: &Engine, apps: usize, times: usize) -> Result<Chain> {
    let daemon = Daemon::start().await?;
    let server = Server::start()?;
    let checkout = Checkout::new(apps)?;
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    checkout.push(server.url(), &[])?;
    daemon.settled().await?;
    let mut chain = Chain { product: Vec::new(), floor: Vec::new() };
    for round in 0..times {
        // Another command each time, so that a task must start; nothing is left of the round before.
        let mut changed = app(1, "bridge");
        changed["env"] = json!({ "ROUND": round.to_string() });
        checkout.put("bench", &changed)?;
        let mut starts = engine.events("start", daemon.label()).await?;
        let began = Instant::now();
        checkout.push(daemon.repo(), &["ship.wait=none"])?;
        chain.product.push((next(&mut starts).await? - began).as_secs_f64());
        daemon.settled().await?;
        chain.floor.push(server.push(&checkout)? + engine.one_start("bridge").await?);
    }
    daemon.stop(engine).await?;
    Ok(chain)
}
