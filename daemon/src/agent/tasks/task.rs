//! One task of the table.

use ship_core::cluster::TaskReport;
use ship_core::model::{CheckResult, Checks, TaskSpec, TaskStatus};
use std::sync::Arc;
use std::time::Duration;

/// Where a task stands between the master's order and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// For a lane, or for the engine to come back.
    Waiting,
    /// Its image is on its way.
    Pulling,
    /// The runtime was asked to start it.
    Starting,
    Running,
    /// The runtime was asked to stop it.
    Stopping,
    /// Its process ended; its last words are being fetched.
    Ending,
    /// Kept until the master has taken note.
    Ended,
}

/// Over all health checks of a task together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::agent) struct Verdict {
    pub healthy: bool,
    pub cause: Option<String>,
}

/// What a check of a task tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::agent) enum Finding {
    Health(Verdict),
    /// Its readiness check said yes.
    Ready,
    Inform(CheckResult),
}

/// Checks that are to begin.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::agent) struct Probing {
    pub spec: Arc<TaskSpec>,
    pub address: Option<String>,
    /// Of the process: a grace period is counted from its beginning, not from that of the checks.
    pub age: Duration,
    /// Which of the task's checks these are: what older ones found means nothing any more.
    pub generation: u64,
}

/// How old a process was, and when that was.
#[derive(Clone, Copy)]
pub(super) struct Age {
    pub was: Duration,
    pub at: Duration,
}

impl Age {
    fn now(self, now: Duration) -> Duration {
        self.was + now.saturating_sub(self.at)
    }
}

pub(super) struct Task {
    pub spec: Arc<TaskSpec>,
    pub phase: Phase,
    /// As last reported, health aside.
    pub status: TaskStatus,
    /// Of its process, once that runs.
    pub age: Option<Age>,
    /// How often its checks changed.
    pub generation: u64,
    pub verdict: Option<Verdict>,
    /// Its readiness check said yes once.
    pub ready: bool,
    /// The last result of its informing check.
    pub inform: Option<CheckResult>,
    /// Set once the master wants it gone: the grace period to allow.
    pub doomed: Option<Duration>,
    /// Its images that were pulled for it; while it pulls, the last one is on its way. One that was just pulled and is
    /// still not there will not come by pulling again.
    pub pulled: Vec<String>,
    /// The engine went away since this task was last heard of.
    pub unsure: bool,
}

impl Task {
    pub(super) fn new(spec: Arc<TaskSpec>) -> Self {
        Self {
            spec,
            phase: Phase::Waiting,
            status: TaskStatus::Starting,
            age: None,
            generation: 0,
            verdict: None,
            ready: false,
            inform: None,
            doomed: None,
            pulled: Vec::new(),
            unsure: false,
        }
    }

    /// An image that is to be pulled whatever the engine has, and was not yet.
    pub(super) fn forced_image(&self) -> Option<String> {
        let mut forced = self.spec.images().filter(|image| image.force_pull).map(|image| &image.name);
        forced.find(|image| !self.pulled.contains(image)).cloned()
    }

    /// The image that is on its way for it.
    pub(super) fn pulls(&self) -> Option<&String> {
        self.pulled.last().filter(|_| self.phase == Phase::Pulling)
    }

    pub(super) fn is_checked(&self) -> bool {
        self.spec.checks != Checks::default()
    }

    /// What is to be checked, if it runs and has checks.
    pub(super) fn probing(&self, now: Duration) -> Option<Probing> {
        let (Phase::Running, TaskStatus::Running { address }, true) = (self.phase, &self.status, self.is_checked())
        else {
            return None;
        };
        Some(Probing {
            spec: Arc::clone(&self.spec),
            address: address.clone(),
            age: self.age.map_or(Duration::ZERO, |age| age.now(now)),
            generation: self.generation,
        })
    }

    pub(super) fn report(&self) -> TaskReport {
        TaskReport { task: self.spec.id.clone(), status: self.status.clone() }
    }

    /// What its checks found so far, while that means anything.
    pub(super) fn found(&self) -> Vec<TaskReport> {
        if !matches!(self.phase, Phase::Running | Phase::Stopping) {
            return Vec::new();
        }
        let health = self
            .verdict
            .iter()
            .map(|Verdict { healthy, cause }| TaskStatus::Health { healthy: *healthy, cause: cause.clone() });
        let ready = self.ready.then_some(TaskStatus::Ready);
        let inform = self.inform.iter().map(|result| TaskStatus::Checked { result: result.clone() });
        let statuses = health.chain(ready).chain(inform);
        statuses.map(|status| TaskReport { task: self.spec.id.clone(), status }).collect()
    }
}
