//! One app: from what it has to what it should have, as far as it goes now.

use super::delay::LaunchDelay;
use super::handle::AGENT_TIMEOUT;
use super::state::{App, Due};
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Cluster, Happening, Health, Key, TaskPhase, TaskRecord};
use crate::model::{AgentInfo, AppId, AppSpec, Timestamp, UnreachableStrategy};
use crate::rollout::{self, TaskState, TaskSummary};
use crate::schedule;
use std::sync::Arc;
use std::time::Duration;

impl Turn<'_> {
    pub(super) fn reconcile(&mut self, id: &AppId) {
        let Some(app) = self.cluster.apps.get(id) else { return };
        if app.record.removed {
            return self.stop(id);
        }
        let blocked = self.begin_next(id);
        if blocked.is_none() {
            self.rollout_begins(id);
        }
        let Some(app) = self.cluster.apps.get(id).cloned() else { return };
        let tasks = self.summaries(&app);
        let decision = rollout::decide(&app.record.spec, &tasks);
        for task in &decision.kill {
            self.kill(task);
        }
        let waiting = self.launch(id, decision.launch).or(blocked);
        self.set_waiting(id, waiting);
        self.follow_rollout(id);
    }

    /// Takes over the next definition, once its dependencies are up.
    fn begin_next(&mut self, id: &AppId) -> Option<Waiting> {
        let app = self.cluster.apps.get(id)?;
        let next = app.record.next.clone()?;
        let blockers = self.cluster.blockers(id);
        if !blockers.is_empty() {
            return Some(Waiting::Dependencies(blockers));
        }
        let before = AppRecord::clone(&app.record);
        let digest = next.spec.run_digest();
        let same_run = digest == before.digest;
        if before.spec.constraints != next.spec.constraints {
            self.mark_misplaced(&next.spec);
        }
        let same_place = !self.cluster.tasks_of(id).any(|task| task.misplaced);
        let settled = before.settled && same_run && same_place && before.spec.instances == next.spec.instances;
        let version = next.version;
        self.save_app(AppRecord { spec: next.spec, digest, version, settled, next: None, ..before.clone() });
        self.change_checks(id, &before.spec);
        if settled {
            self.rouse(id);
        }
        if let Some(app) = self.app_mut(id).filter(|_| !same_run) {
            app.delay = LaunchDelay::default();
        }
        None
    }

    fn stop(&mut self, id: &AppId) {
        if let Some(waiting) = self.cluster.stop_blocker(id) {
            return self.set_waiting(id, Some(waiting));
        }
        self.set_waiting(id, None);
        self.rollout_begins(id);
        let Some(app) = self.cluster.apps.get(id).cloned() else { return };
        for task in self.summaries(&app) {
            match task.state {
                TaskState::Killing => {}
                TaskState::Unreachable => self.abandon(&task.id),
                TaskState::Unsure
                | TaskState::Unhealthy
                | TaskState::Staging
                | TaskState::Unproven
                | TaskState::Ready => self.kill(&task.id),
            }
        }
        if self.cluster.tasks_of(id).next().is_none() {
            self.rollout_done(id);
            self.cluster.apps.remove(id);
            self.cluster.note_staying(&app.record.spec);
            self.forget(Key::App(id.clone()));
            self.rouse(id);
        }
    }

    fn set_waiting(&mut self, id: &AppId, waiting: Option<Waiting>) {
        let Some(app) = self.app_mut(id).filter(|app| app.waiting != waiting) else { return };
        let before = std::mem::replace(&mut app.waiting, waiting.clone());
        self.cluster.note_waiting(id, before.as_ref(), waiting.as_ref());
        let Some(waiting) = waiting else { return };
        self.emit(Some(id), Happening::Waiting { reason: waiting.to_string() });
        if let Waiting::Room { .. } = waiting {
            // A stop waits for starts that may in turn wait for the room it frees.
            self.rouse(id);
        }
    }

    fn mark_misplaced(&mut self, spec: &AppSpec) {
        for (task, misplaced) in self.cluster.standings(spec) {
            if task.misplaced != misplaced {
                self.save_task(TaskRecord { misplaced, ..TaskRecord::clone(&task) });
            }
        }
    }

    /// The app's tasks as the rollout sees them; sets a timer for those whose agent is away.
    pub(super) fn summaries(&mut self, app: &App) -> Vec<TaskSummary> {
        let id = &app.record.spec.id;
        let tasks: Vec<Arc<TaskRecord>> = self.cluster.tasks_of(id).cloned().collect();
        tasks
            .iter()
            .map(|task| {
                let gone_at = self.cluster.gone_at(task, &app.record.spec);
                if let Some(at) = gone_at.filter(|at| *at > self.now) {
                    self.wake_at(at, Due::App(id.clone()));
                }
                self.cluster.summary(task, &app.record, self.now)
            })
            .collect()
    }
}

impl Cluster {
    fn note_waiting(&mut self, id: &AppId, before: Option<&Waiting>, now: Option<&Waiting>) {
        if let Some(waiters) = before.and_then(Waiting::on).and_then(|on| self.blocked.get_mut(on)) {
            waiters.remove(id);
        }
        if let Some(on) = now.and_then(Waiting::on) {
            self.blocked.entry(on.clone()).or_default().insert(id.clone());
        }
        match now {
            Some(Waiting::Room { .. }) => self.roomless.insert(id.clone()),
            Some(_) | None => self.roomless.remove(id),
        };
    }

    /// The moment from which a task counts as lost because its agent is away; `None` while it is there.
    pub(super) fn gone_at(&self, task: &TaskRecord, spec: &AppSpec) -> Option<Timestamp> {
        let since = self.agents.get(&task.agent)?.record.lost_since?;
        match spec.unreachable {
            UnreachableStrategy::Disabled => None,
            UnreachableStrategy::Replace { inactive_after_secs, .. } => {
                Some(since + AGENT_TIMEOUT.max(Duration::from_secs(u64::from(inactive_after_secs))))
            }
        }
    }

    /// The app's standing tasks, oldest first, and whether each breaks the constraints of `spec`.
    fn standings(&self, spec: &AppSpec) -> Vec<(Arc<TaskRecord>, bool)> {
        let tasks: Vec<_> = self.tasks_of(&spec.id).filter(|task| !task.is_killing()).cloned().collect();
        let infos: Vec<&AgentInfo> =
            tasks.iter().filter_map(|task| self.agents.get(&task.agent)).map(|agent| &agent.record.info).collect();
        let misplaced = schedule::misplaced(spec, &infos);
        tasks.into_iter().zip(misplaced).collect()
    }

    /// Whether a running task of the app stands where `spec` does not allow it.
    pub(crate) fn has_misplaced(&self, spec: &AppSpec) -> bool {
        self.standings(spec).iter().any(|(_, misplaced)| *misplaced)
    }

    /// A task as the rollout of its app sees it.
    pub(super) fn summary(&self, task: &TaskRecord, app: &AppRecord, now: Timestamp) -> TaskSummary {
        let gone = self.gone_at(task, &app.spec).is_some_and(|at| at <= now);
        let answers = self.agents.get(&task.agent).is_some_and(|agent| agent.trouble().is_none());
        let state = match (&task.phase, answers) {
            _ if gone => TaskState::Unreachable,
            (TaskPhase::Killing { .. }, _) => TaskState::Killing,
            (TaskPhase::Staging | TaskPhase::Running { .. }, false) => TaskState::Unsure,
            (TaskPhase::Staging, true) => TaskState::Staging,
            (TaskPhase::Running { health, .. }, true) => match health {
                Health::Unchecked | Health::Healthy => TaskState::Ready,
                Health::Unknown => TaskState::Unproven,
                Health::Unhealthy => TaskState::Unhealthy,
            },
        };
        let current = task.digest == app.digest && !task.misplaced;
        TaskSummary { id: task.id.clone(), current, state, launched_at: task.launched_at }
    }
}
