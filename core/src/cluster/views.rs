//! A cluster as people and programs see it.

use super::state::App;
use super::{Cluster, Health, RolloutState, TaskPhase, TaskRecord};
use crate::model::{AppId, Timestamp};
use crate::protocol::{AppView, TaskView};
use crate::rollout::TaskState;
use std::collections::BTreeSet;

impl Cluster {
    /// All apps by id, or only this one.
    #[must_use]
    pub fn app_views(&self, now: Timestamp, only: Option<&AppId>) -> Vec<AppView> {
        match only {
            Some(id) => self.apps.get(id).map(|app| self.app_view(app, now)).into_iter().collect(),
            None => self.apps.values().map(|app| self.app_view(app, now)).collect(),
        }
    }

    fn app_view(&self, app: &App, now: Timestamp) -> AppView {
        let id = &app.record.spec.id;
        let spec = app.record.wanted().unwrap_or(&app.record.spec);
        let tasks: Vec<TaskView> = self.tasks_of(id).map(|task| self.task_view(task, app, now)).collect();
        let count = |states: &[&str]| tasks.iter().filter(|task| states.contains(&task.state.as_str())).count();
        let to_u32 = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (state, reason) = self.app_state(app, &tasks);
        AppView {
            id: id.clone(),
            version: app.record.version,
            instances: if app.record.removed { 0 } else { spec.instances },
            running: to_u32(count(&["running", "healthy", "unhealthy"])),
            healthy: to_u32(count(&["healthy"])),
            unhealthy: to_u32(count(&["unhealthy"])),
            staging: to_u32(count(&["staging"])),
            old: to_u32(tasks.iter().filter(|task| !task.current).count()),
            state: state.to_owned(),
            reason,
            image: spec.run.image.name.clone(),
            service_ports: app.record.service_ports_of(spec),
            tasks,
        }
    }

    /// Which agents with tasks of the app say nothing of them; `None` if all do.
    pub(super) fn silence(&self, app: &AppId) -> Option<String> {
        let silent = self.tasks_of(app).filter(|task| !self.answers(&task.agent));
        let hosts: Vec<String> = silent.map(|task| self.host(&task.agent)).collect();
        let hosts: BTreeSet<&str> = hosts.iter().map(String::as_str).collect();
        (!hosts.is_empty()).then(|| no_word(&hosts))
    }

    /// Where the app stands, and why it is not where it should be.
    fn app_state(&self, app: &App, tasks: &[TaskView]) -> (&'static str, Option<String>) {
        let record = &app.record;
        let waiting = app.waiting.as_ref().map(ToString::to_string);
        let failure = || record.last_failure.as_ref().map(|failure| format!("{}: {}", failure.host, failure.reason));
        if let Some(mark) = record.given_up() {
            return (mark.kind.name(), Some(mark.reason.clone()));
        }
        if record.removed {
            return ("stopping", waiting);
        }
        let silent: BTreeSet<&str> =
            tasks.iter().filter(|task| task.state == "unknown").map(|task| task.host.as_str()).collect();
        if record.settled && !silent.is_empty() {
            let missing = no_word(&silent);
            return ("unknown", Some(waiting.map_or_else(|| missing.clone(), |also| format!("{missing}; {also}"))));
        }
        if app.converged_since.is_some() && record.settled {
            let suspended = record.spec.instances == 0;
            return (if suspended { "suspended" } else { "running" }, None);
        }
        match self.rollout_of(&record.spec.id) {
            Some(RolloutState::Waiting) => ("waiting", waiting),
            Some(RolloutState::Rolling) => ("rolling out", waiting.or_else(failure)),
            Some(RolloutState::Failed { reason }) => ("failed", Some(reason.clone())),
            Some(RolloutState::Reverting { reason }) => ("reverting", Some(reason.clone())),
            Some(
                RolloutState::Done | RolloutState::Superseded | RolloutState::Reverted { .. } | RolloutState::Cancelled,
            )
            | None => ("recovering", waiting.or_else(failure)),
        }
    }

    /// The app's part in the deployment that carries it out, or else in the newest that did.
    fn rollout_of(&self, id: &AppId) -> Option<&RolloutState> {
        let carrier = self.carriers.get(id).and_then(|carrier| self.deployments.get(carrier));
        let carrier = carrier.or_else(|| self.deployments().find(|deployment| deployment.apps.contains_key(id)));
        carrier?.apps.get(id).map(|rollout| &rollout.state)
    }

    pub(super) fn task_view(&self, task: &TaskRecord, app: &App, now: Timestamp) -> TaskView {
        let summary = self.summary(task, &app.record, now);
        let state = match summary.state {
            TaskState::Killing => "killing",
            TaskState::Unsure | TaskState::Unreachable => "unknown",
            TaskState::Unhealthy => "unhealthy",
            TaskState::Staging => "staging",
            TaskState::Unproven => "running",
            TaskState::Ready => match task.phase {
                TaskPhase::Running { health: Health::Healthy, .. } => "healthy",
                TaskPhase::Running { .. } | TaskPhase::Staging | TaskPhase::Killing { .. } => "running",
            },
        };
        let since = match task.phase {
            TaskPhase::Staging => task.launched_at,
            TaskPhase::Running { since, .. } | TaskPhase::Killing { since } => since,
        };
        TaskView {
            id: task.id.clone(),
            host: self.host(&task.agent),
            version: task.version,
            current: summary.current,
            state: state.to_owned(),
            check: task.check.clone(),
            ports: task.host_ports().collect(),
            since,
        }
    }
}

/// Why some tasks are unknown: the agent or its engine is silent. Of many hosts the first few.
fn no_word(hosts: &BTreeSet<&str>) -> String {
    const SHOWN: usize = 3;
    let names = hosts.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match hosts.len().saturating_sub(SHOWN) {
        0 => format!("no word from {names}"),
        more => format!("no word from {names} and {more} more"),
    }
}
