//! What a running task costs in memory: in the scheduler's own state, and in the cluster's. A process of its own for
//! each, that measures itself before and after.

use super::scene::{Mix, Scene};
use super::timing::{Own, timed};
use crate::product::daemon::binary;
use crate::stats::Series;
use crate::table::{Details, Measure, Row};
use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use ship_core::cluster::{Cluster, Commit, Effect, Input, TaskReport};
use ship_core::model::{AgentId, CommitId, TaskId, TaskStatus, Timestamp, Wanted};
use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

const AGENTS: usize = 10_000;
const TASKS: usize = 100_000;
const BAR: f64 = 400.0;

/// Whose state.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum State {
    /// What the scheduler knows of agents, above that of agents without tasks.
    Scheduler,
    /// Everything the cluster knows of tasks.
    Cluster,
}

/// Held against the goal.
pub(super) fn row() -> Result<Row> {
    Ok(Row {
        goal: "G13",
        what: format!("memory of one of {TASKS} running tasks in the scheduler's own state"),
        unit: "bytes",
        floor: Series::default(),
        product: Series::from_iter([measured(State::Scheduler)?]),
        measure: Measure::Figure { bar: BAR },
    })
}

/// Both.
pub(super) fn details() -> Result<Details> {
    let mut details = Details::new("Memory of a running task", &["state", "agents", "tasks", "bytes a task"]);
    for (state, name) in [(State::Scheduler, "the scheduler's own"), (State::Cluster, "all that the cluster knows")] {
        let bytes = format!("{:.0}", measured(state)?);
        details.push(vec![name.to_owned(), AGENTS.to_string(), TASKS.to_string(), bytes]);
    }
    Ok(details)
}

fn measured(state: State) -> Result<f64> {
    let name = state.to_possible_value().context("every state has a name")?;
    let output = Command::new(binary("ship-bench")?).arg("placement-memory").arg(name.get_name()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Run as a process of its own, so that nothing else is counted.
pub(crate) fn bytes_per_task(state: State) -> Result<f64> {
    match state {
        State::Scheduler => of_the_scheduler(),
        State::Cluster => of_the_cluster(),
    }
}

fn of_the_scheduler() -> Result<f64> {
    let scene = Scene::new(Mix::Mixed, AGENTS, TASKS)?;
    let before = resident()?;
    let mut own = Own::new(&scene);
    let idle = resident()?;
    let done = timed(&mut own, &scene, usize::MAX);
    let bytes = resident()? - idle;
    ensure!(idle > before && done.placed == TASKS, "{} of {TASKS} tasks are placed", done.placed);
    black_box(own);
    Ok(bytes / TASKS as f64)
}

fn of_the_cluster() -> Result<f64> {
    let scene = Scene::new(Mix::Mixed, AGENTS, TASKS)?;
    let now = Timestamp(1);
    let mut cluster = Cluster::new(1);
    for info in &scene.agents {
        cluster.handle(now, Input::AgentJoined { info: info.clone(), tasks: Vec::new() });
    }
    let before = resident()?;
    let (mut wanted, mut running) = (Wanted::default(), 0);
    // One app after the other: what is only needed on the way is used again, and not counted.
    for app in &scene.apps {
        wanted.apps.insert(app.id.clone(), Arc::new(app.clone()));
        let commit = commit(wanted.apps.len());
        let mut launches = launches(cluster.handle(now, Input::Desired { commit, wanted: wanted.clone() }));
        while !launches.is_empty() {
            running += launches.len();
            launches = launches.into_iter().flat_map(|launched| run(&mut cluster, now, launched)).collect();
        }
    }
    ensure!(running == TASKS, "{running} of {TASKS} tasks run");
    let bytes = resident()? - before;
    black_box(cluster);
    Ok(bytes / TASKS as f64)
}

fn commit(number: usize) -> Commit {
    let id = CommitId::new(format!("{number:040x}"));
    Commit {
        id,
        author: "Dev <dev@example.com>".to_owned(),
        subject: "one app more".to_owned(),
        reverts: None,
        version: None,
    }
}

/// The agent says that the task runs. Returns what is launched because of that.
fn run(cluster: &mut Cluster, now: Timestamp, (agent, task): (AgentId, TaskId)) -> Vec<(AgentId, TaskId)> {
    let report = TaskReport { task, status: TaskStatus::Running { address: None } };
    launches(cluster.handle(now, Input::TaskUpdate { agent, report }))
}

fn launches(effects: Vec<Effect>) -> Vec<(AgentId, TaskId)> {
    let launches = effects.into_iter().filter_map(|effect| match effect {
        Effect::Launch { agent, task } => Some((agent, task.id)),
        Effect::Save(_)
        | Effect::Forget(_)
        | Effect::Kill { .. }
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Emit(_)
        | Effect::Wake(_) => None,
    });
    launches.collect()
}

/// Bytes of this process that are in memory.
fn resident() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("Linux tells VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib * 1024.0)
}
