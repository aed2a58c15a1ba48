//! One machine: an agent's process with its table of tasks, as `daemon/src/agent` keeps it, and an engine
//! with containers, which outlive the process. The containers are the truth.

mod engine;
mod orders;
mod process;

pub(crate) use engine::Doing;

use crate::image::Temper;
use crate::link::Wire;
use ship_core::cluster::TaskReport;
use ship_core::model::{AgentInfo, EngineState, TaskId, TaskSpec, TaskStatus, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub(crate) struct Agent {
    pub(crate) info: AgentInfo,
    /// Its process runs.
    pub(crate) is_alive: bool,
    /// Counts its process's lives; what an earlier one began comes to nothing.
    pub(crate) life: u64,
    pub(crate) wire: Wire,
    pub(crate) engine_up: bool,
    /// Has heard of its engine since its process began.
    knows_engine: bool,
    has_listed: bool,
    table: BTreeMap<TaskId, Entry>,
    pub(crate) containers: BTreeMap<TaskId, Container>,
    images: BTreeSet<String>,
    pulls: BTreeMap<String, u64>,
    /// Milliseconds added to every start.
    pub(crate) slowness: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Pulling,
    Starting,
    Running,
    Stopping,
    Ended,
}

/// What the agent's process knows of a task.
struct Entry {
    spec: TaskSpec,
    phase: Phase,
    status: TaskStatus,
    verdict: Option<bool>,
    ready: bool,
    /// Told to stop, with this grace period.
    doomed: Option<Duration>,
    /// The engine went away since it was last heard of.
    unsure: bool,
}

pub(crate) struct Container {
    pub(crate) spec: TaskSpec,
    pub(crate) temper: Temper,
    /// How it ended; `None` = it runs.
    pub(crate) exit: Option<i64>,
    /// What a health check would find once it had the time to start.
    well: bool,
    /// It ends by itself, then.
    ends: Option<Timestamp>,
}

impl Agent {
    pub(crate) fn new(info: AgentInfo) -> Self {
        Self {
            info,
            is_alive: true,
            life: 1,
            wire: Wire::default(),
            engine_up: true,
            knows_engine: true,
            has_listed: true,
            table: BTreeMap::new(),
            containers: BTreeMap::new(),
            images: BTreeSet::new(),
            pulls: BTreeMap::new(),
            slowness: 0,
        }
    }

    pub(crate) fn name(&self) -> String {
        self.info.id.to_string()
    }

    /// The containers that run.
    pub(crate) fn running(&self) -> impl Iterator<Item = (&TaskId, &Container)> {
        self.containers.iter().filter(|(_, container)| container.exit.is_none())
    }

    fn describe(&mut self) -> Box<AgentInfo> {
        self.info.engine = match self.engine_up {
            true => EngineState::Up { version: "1".to_owned() },
            false => EngineState::Down { reason: "no answer".to_owned() },
        };
        Box::new(self.info.clone())
    }
}

impl Entry {
    fn new(spec: TaskSpec) -> Self {
        Self {
            spec,
            phase: Phase::Waiting,
            status: TaskStatus::Starting,
            verdict: None,
            ready: false,
            doomed: None,
            unsure: false,
        }
    }

    fn report(&self) -> TaskReport {
        TaskReport { task: self.spec.id.clone(), status: self.status.clone() }
    }

    /// What one status cannot say: the verdict of its checks, and whether it may take traffic.
    fn proofs(&self) -> Vec<TaskReport> {
        if !matches!(self.phase, Phase::Running | Phase::Stopping) {
            return Vec::new();
        }
        let report = |status| TaskReport { task: self.spec.id.clone(), status };
        let health = self.verdict.map(|healthy| report(TaskStatus::Health { healthy, cause: None }));
        let ready = self.ready.then(|| report(TaskStatus::Ready));
        health.into_iter().chain(ready).collect()
    }
}
