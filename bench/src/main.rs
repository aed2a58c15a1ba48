//! Benchmarks: every figure a ratio to a floor measured in the same run. Prints a table; judges nothing
//! but the goals beside it, and never fails because of a figure.

mod floor;
mod machine;
mod product;
mod stats;
mod suites;
mod table;

use anyhow::{Result, anyhow};
use clap::{Parser, Subcommand};
use floor::engine::{Engine, LABEL as FLOOR_LABEL};
use std::fs;
use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use suites::{State, Suite, bytes_per_task};
use table::Findings;

/// Measure shipctl against the floors of this machine.
#[derive(Parser)]
struct Cli {
    /// Suites to run; all if none is named.
    #[arg(value_enum)]
    suites: Vec<Suite>,
    /// Rounds of each measurement; floor and product take turns.
    #[arg(long, default_value_t = 3)]
    repeats: usize,
    /// Write the table into this file, too.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(subcommand)]
    hidden: Option<Hidden>,
}

#[derive(Subcommand)]
enum Hidden {
    /// The floor of `validate`, as a process of its own.
    #[command(hide = true)]
    FloorValidate { folder: PathBuf, schema: PathBuf },
    /// The floor of `api`, as a process of its own.
    #[command(hide = true)]
    FloorAnswers { json: PathBuf, events: PathBuf },
    /// The memory of a running task, as a process of its own.
    #[command(hide = true)]
    PlacementMemory {
        #[arg(value_enum)]
        state: State,
    },
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    match &cli.hidden {
        Some(Hidden::FloorValidate { folder, schema }) => {
            return Ok(writeln!(stdout(), "{}", floor::validate::run(folder, schema)?)?);
        }
        Some(Hidden::PlacementMemory { state }) => {
            return Ok(writeln!(stdout(), "{}", bytes_per_task(*state)?)?);
        }
        Some(Hidden::FloorAnswers { json, events }) => {
            return tokio::runtime::Runtime::new()?.block_on(floor::answers::run(json, events));
        }
        None => {}
    }
    tokio::runtime::Runtime::new()?.block_on(measure(&cli))
}

async fn measure(cli: &Cli) -> Result<()> {
    let (engine, version) = Engine::connect().await?;
    sweep(&engine).await?;
    let measured = tokio::select! {
        measured = run_suites(cli, &engine) => measured,
        _ = tokio::signal::ctrl_c() => Err(anyhow!("interrupted")),
    };
    sweep(&engine).await?;
    let (findings, load) = measured?;
    let text = format!(
        "{}\n\nLoad before the suites at most {load:.1}; {} rounds, medians with (min..max).\n\n{}{}",
        machine::description(&version),
        cli.repeats,
        table::markdown(&findings.rows),
        findings.details.iter().map(|details| format!("\n{}", details.markdown())).collect::<String>()
    );
    writeln!(stdout(), "{text}")?;
    if let Some(file) = &cli.write {
        fs::write(file, format!("{HEADING}{text}"))?;
    }
    Ok(())
}

/// What was found, and the highest load that was found before a suite.
async fn run_suites(cli: &Cli, engine: &Engine) -> Result<(Findings, f64)> {
    let all = [
        Suite::Containers,
        Suite::Removal,
        Suite::Upgrade,
        Suite::Crash,
        Suite::Push,
        Suite::Validate,
        Suite::Placement,
        Suite::Launching,
        Suite::Api,
        Suite::Footprint,
    ];
    let suites = if cli.suites.is_empty() { all.to_vec() } else { cli.suites.clone() };
    let (mut findings, mut busiest) = (Findings::default(), 0.0_f64);
    for suite in suites {
        busiest = busiest.max(machine::wait_quiet());
        writeln!(stderr(), "measuring: {suite:?}")?;
        let found = suite.run(engine, cli.repeats).await?;
        findings.rows.extend(found.rows);
        findings.details.extend(found.details);
    }
    Ok((findings, busiest))
}

/// Removes containers of this run, and of one that was killed.
async fn sweep(engine: &Engine) -> Result<()> {
    engine.remove_all(FLOOR_LABEL).await?;
    engine.remove_all(PRODUCT_LABEL).await
}

/// On every container of the one app that suites run; nobody else's is called so.
const PRODUCT_LABEL: &str = "ship.app=/ship-bench-load";

const HEADING: &str = "# Benchmarks

Written by `make bench`. Every figure is held against a floor measured in the same run: the engine, git or
the parser doing the same work with nothing around it. Absolute figures hold for the machine named here only.

";
