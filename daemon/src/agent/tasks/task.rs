//! One task of the table.

use ship_core::cluster::TaskReport;
use ship_core::model::{TaskSpec, TaskStatus};
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

pub(super) struct Task {
    pub spec: Arc<TaskSpec>,
    pub phase: Phase,
    /// As last reported, health aside.
    pub status: TaskStatus,
    pub verdict: Option<Verdict>,
    /// Set once the master wants it gone: the grace period to allow.
    pub doomed: Option<Duration>,
    /// An image that was just pulled and is still not there will not come by pulling again.
    pub pulled: bool,
    /// The engine went away since this task was last heard of.
    pub unsure: bool,
}

impl Task {
    pub(super) fn new(spec: Arc<TaskSpec>) -> Self {
        Self {
            spec,
            phase: Phase::Waiting,
            status: TaskStatus::Starting,
            verdict: None,
            doomed: None,
            pulled: false,
            unsure: false,
        }
    }

    pub(super) fn is_checked(&self) -> bool {
        !self.spec.checks.health.is_empty()
    }

    pub(super) fn report(&self) -> TaskReport {
        TaskReport { task: self.spec.id.clone(), status: self.status.clone() }
    }

    pub(super) fn health_report(&self) -> Option<TaskReport> {
        let verdict = self.verdict.as_ref().filter(|_| matches!(self.phase, Phase::Running | Phase::Stopping))?;
        let status = TaskStatus::Health { healthy: verdict.healthy, cause: verdict.cause.clone() };
        Some(TaskReport { task: self.spec.id.clone(), status })
    }
}
