//! G8: from `git push` of a one-app change to its first container's start, against a bare push and one
//! start alone. G9: what deploying adds to a push must not grow with the repository.

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
/// What is pushed here is only stored.
const STORED: &str = "stored";

pub(super) async fn run(engine: &Engine, repeats: usize) -> Result<Vec<Row>> {
    let chain = chain(engine, repeats * TIMES).await?;
    let small = own_share(engine, SMALL, repeats * TIMES).await?;
    let large = own_share(engine, LARGE, repeats * TIMES).await?;
    let growth = Series::from_iter([large.median() / small.median()]);
    Ok(vec![
        Row {
            goal: "G8",
            what: format!("push of one app to its container's start, {LARGE} apps, bridge network"),
            unit: "s",
            measure: Measure::ratio(&chain.product, &chain.floor, 1.15),
            floor: Series::from_iter(chain.floor),
            product: Series::from_iter(chain.product),
        },
        Row {
            goal: "G9",
            what: format!(
                "what a push that deploys takes longer than one that is stored, {LARGE} apps; floor: {SMALL}"
            ),
            unit: "s",
            measure: Measure::AtMost { ratios: growth, bar: 1.5 },
            floor: small,
            product: large,
        },
    ])
}

/// Seconds, pair by pair.
struct Chain {
    product: Vec<f64>,
    floor: Vec<f64>,
}

async fn chain(engine: &Engine, times: usize) -> Result<Chain> {
    let daemon = Daemon::start().await?;
    let server = Server::start()?;
    let checkout = Checkout::new(LARGE)?;
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

/// Seconds that a push takes longer when it deploys: a label of one app changes each time, so no container
/// is in the way.
async fn own_share(engine: &Engine, apps: usize, times: usize) -> Result<Series> {
    let daemon = Daemon::start().await?;
    let checkout = Checkout::new(apps)?;
    checkout.push(daemon.repo(), &["ship.wait=none"])?;
    daemon.settled().await?;
    let (mut deployed, mut stored) = (Vec::new(), Vec::new());
    for round in 0..times {
        relabel(&checkout, &format!("stored {round}"))?;
        stored.push(checkout.push_to(daemon.repo(), STORED, &["ship.wait=none"])?);
        relabel(&checkout, &format!("deployed {round}"))?;
        deployed.push(checkout.push(daemon.repo(), &["ship.wait=none"])?);
        daemon.settled().await?;
    }
    daemon.stop(engine).await?;
    Ok(deployed.iter().zip(&stored).map(|(deployed, stored)| deployed - stored).collect())
}

fn relabel(checkout: &Checkout, label: &str) -> Result<()> {
    let mut suspended = app(0, "bridge");
    suspended["labels"] = json!({ "round": label });
    checkout.put("bench", &suspended).map(drop)
}
