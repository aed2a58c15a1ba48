//! A task, as far as a rollout cares.

use crate::model::{KillSelection, TaskId, Timestamp};

/// What decisions see of a task: no agent, no ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSummary {
    /// How decisions name it.
    pub id: TaskId,
    /// Has the wanted configuration and stands where it may.
    pub current: bool,
    /// Has the configuration that the app had before the change under way.
    pub original: bool,
    /// Where it stands at the moment of the decision.
    pub state: TaskState,
    /// Its age, for `killSelection`; equal ages are told apart by id.
    pub launched_at: Timestamp,
}

/// From least to most worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskState {
    /// Its agent is away for longer than the app tolerates: it fills no place and cannot be stopped.
    Unreachable,
    /// On its way out.
    Killing,
    /// Its agent or the agent's engine does not answer just now: it keeps its place, proves nothing and
    /// is left alone.
    Unsure,
    /// Its health checks found it broken.
    Unhealthy,
    /// Not running yet.
    Staging,
    /// Runs, and has not yet proven itself to its health and readiness checks.
    Unproven,
    /// Runs and did all that is asked of it: it counts for the promised minimum.
    Ready,
}

/// The least worth keeping first, then by the app's `killSelection`, then by id.
pub(super) fn order_for_killing(tasks: &mut [&TaskSummary], selection: KillSelection) {
    tasks.sort_by(|a, b| {
        let by_age = match selection {
            KillSelection::YoungestFirst => b.launched_at.cmp(&a.launched_at).then_with(|| b.id.cmp(&a.id)),
            KillSelection::OldestFirst => a.launched_at.cmp(&b.launched_at).then_with(|| a.id.cmp(&b.id)),
        };
        a.state.cmp(&b.state).then(by_age)
    });
}
