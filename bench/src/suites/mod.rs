//! What is measured, goal by goal. Floor and product take turns within one run.

mod api;
mod containers;
mod crash;
mod footprint;
mod launching;
mod placement;
mod push;
mod removal;
mod upgrade;
mod validate;

use crate::floor::engine::{COMMAND, CPUS, Engine, IMAGE, MEM_MIB};
use crate::table::Findings;
use anyhow::Result;
use clap::ValueEnum;
pub(crate) use placement::{State, bytes_per_task};
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// G1, G2, G4, G18: containers of one app, from acceptance to running.
    Containers,
    /// G5: the end of an app, to the last container's removal.
    Removal,
    /// G6: a rolling upgrade that stops first.
    Upgrade,
    /// G7: a crashed task's replacement.
    Crash,
    /// G13, G14, G15: the scheduler alone.
    Placement,
    /// G16, G20, G21: simulated agents.
    Launching,
    /// G22, G23, G24: the API of Marathon under many readers.
    Api,
    /// G8, G9: from `git push` to a container's start.
    Push,
    /// G11: validation of many files.
    Validate,
    /// G19: memory.
    Footprint,
}

impl Suite {
    pub(crate) async fn run(self, engine: &Engine, repeats: usize) -> Result<Findings> {
        let rows = match self {
            Self::Containers => containers::run(engine, repeats).await,
            Self::Removal => removal::run(engine, repeats).await,
            Self::Upgrade => upgrade::run(engine, repeats).await,
            Self::Crash => crash::run(engine, repeats).await,
            Self::Push => push::run(engine, repeats).await,
            Self::Validate => validate::run(repeats),
            Self::Footprint => footprint::run(engine, repeats).await,
            Self::Placement => return placement::run(repeats),
            Self::Api => return api::run(repeats).await,
            Self::Launching => return launching::run().await,
        };
        Ok(rows?.into())
    }
}

/// An app whose containers are the same as the floor's.
fn app(instances: usize, network: &str) -> Value {
    let mode = if network == "host" { "host" } else { "container/bridge" };
    let mut app = json!({
        "id": "ship-bench-load", "cmd": COMMAND, "instances": instances, "cpus": CPUS, "mem": MEM_MIB,
        "backoffSeconds": 0, "taskKillGracePeriodSeconds": 0,
        "container": { "type": "DOCKER", "docker": { "image": IMAGE } },
        "networks": [{ "mode": mode }]
    });
    match network {
        "host" => app["portDefinitions"] = json!([]),
        _ => app["container"]["portMappings"] = json!([]),
    }
    app
}
