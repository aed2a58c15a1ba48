//! How a task stands: ready, unproven, out of reach, in the wrong place.

use super::handle::AGENT_TIMEOUT;
use super::state::Agent;
use super::{AppRecord, Cluster, Health, TaskPhase, TaskRecord};
use crate::model::{AgentInfo, AppSpec, EngineState, Timestamp, UnreachableStrategy};
use crate::planted::{self, Bug};
use crate::rollout::{TaskState, TaskSummary};
use crate::schedule;
use std::sync::Arc;
use std::time::Duration;

impl Agent {
    /// The moment from which tasks of an app count as lost because the agent is away; `None` while it is there.
    pub(super) fn gone_at(&self, spec: &AppSpec) -> Option<Timestamp> {
        let since = self.record.lost_since?;
        match spec.unreachable {
            UnreachableStrategy::Disabled if planted::is(Bug::ReplaceResident) => Some(since + AGENT_TIMEOUT),
            UnreachableStrategy::Disabled => None,
            UnreachableStrategy::Replace { inactive_after_secs, .. } => {
                Some(since + AGENT_TIMEOUT.max(Duration::from_secs(u64::from(inactive_after_secs))))
            }
        }
    }

    /// The moment from which tasks that were replaced meanwhile may be forgotten.
    pub(super) fn expunged_at(&self, spec: &AppSpec) -> Option<Timestamp> {
        let since = self.record.lost_since?;
        match spec.unreachable {
            UnreachableStrategy::Disabled => None,
            UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs } => {
                let after = inactive_after_secs.max(expunge_after_secs);
                Some(since + AGENT_TIMEOUT.max(Duration::from_secs(u64::from(after))))
            }
        }
    }

    /// Whether it would tell if something happened to its tasks.
    pub(super) fn answers(&self) -> bool {
        self.record.lost_since.is_none() && matches!(self.record.info.engine, EngineState::Up { .. })
    }
}

impl Cluster {
    /// The app's standing tasks, oldest first, and whether each breaks the constraints of `spec`.
    pub(super) fn standings(&self, spec: &AppSpec) -> Vec<(Arc<TaskRecord>, bool)> {
        let tasks: Vec<_> = self.tasks_of(&spec.id).filter(|task| !task.is_killing()).cloned().collect();
        let infos: Vec<&AgentInfo> =
            tasks.iter().filter_map(|task| self.agents.get(&task.agent)).map(|agent| &agent.record.info).collect();
        // One that has its data there has no better place.
        let misplaced = match spec.is_resident() {
            true => vec![false; infos.len()],
            false => schedule::misplaced(spec, &infos),
        };
        tasks.into_iter().zip(misplaced).collect()
    }

    /// Whether a running task of the app stands where `spec` does not allow it.
    pub(crate) fn has_misplaced(&self, spec: &AppSpec) -> bool {
        self.standings(spec).iter().any(|(_, misplaced)| *misplaced)
    }

    /// A task as the rollout of its app sees it.
    pub(super) fn summary(&self, task: &TaskRecord, app: &AppRecord, now: Timestamp) -> TaskSummary {
        summary(task, self.agents.get(&task.agent).map(Arc::as_ref), app, now)
    }
}

/// A task of an agent, as the rollout of its app sees it.
pub(super) fn summary(task: &TaskRecord, agent: Option<&Agent>, app: &AppRecord, now: Timestamp) -> TaskSummary {
    let gone = agent.and_then(|agent| agent.gone_at(&app.spec)).is_some_and(|at| at <= now);
    let answers = agent.is_some_and(Agent::answers);
    let state = match (&task.phase, answers) {
        _ if gone => TaskState::Unreachable,
        (TaskPhase::Killing { .. }, _) => TaskState::Killing,
        (TaskPhase::Staging | TaskPhase::Running { .. }, false) => TaskState::Unsure,
        (TaskPhase::Staging, true) => TaskState::Staging,
        (TaskPhase::Running { health, ready, .. }, true) => match (health, ready) {
            (Health::Unhealthy, _) => TaskState::Unhealthy,
            (_, false) if planted::is(Bug::CountUnready) => TaskState::Ready,
            (Health::Settling | Health::Unknown, _) | (_, false) => TaskState::Unproven,
            (Health::Unchecked | Health::Presumed | Health::Healthy, true) => TaskState::Ready,
        },
    };
    let draining = agent.is_some_and(|agent| agent.record.drain.is_some()) && !app.spec.is_resident();
    let current = task.digest == app.digest && !task.misplaced && !draining;
    let original = app.origin.as_ref().is_some_and(|origin| task.digest == origin.digest);
    TaskSummary { id: task.id.clone(), current, original, state, launched_at: task.launched_at }
}
