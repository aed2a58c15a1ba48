//! One app: from what it has to what it should have, as far as it goes now.

use super::delay::LaunchDelay;
use super::state::{App, Due};
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Cluster, Happening, Key, NextSpec, TaskRecord, standing};
use crate::model::{AppId, AppSpec, TaskId};
use crate::rollout::{self, TaskState, TaskSummary};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Turn<'_> {
    pub(super) fn reconcile(&mut self, id: &AppId) {
        self.resize(id);
        self.prove_by_time(id);
        let Some(app) = self.cluster.apps.get(id).cloned() else { return };
        let given_up = app.record.given_up().is_some();
        if given_up && app.record.goes_back() {
            self.unsettle(id);
            let waiting = self.keep(id);
            return self.set_waiting(id, waiting);
        }
        if app.record.removed {
            self.unsettle(id);
            return self.stop(id);
        }
        let blocked = if given_up { None } else { self.begin_next(id) };
        match blocked {
            Some(blocked) if app.record.goes_back() => {
                let lacking = self.keep(id);
                self.wait(id, Some(blocked), lacking);
            }
            blocked => self.advance(id, blocked),
        }
        self.follow_rollout(id);
    }

    /// Brings the app nearer to its present definition.
    fn advance(&mut self, id: &AppId, blocked: Option<Waiting>) {
        if blocked.is_none() {
            self.rollout_begins(id);
        }
        let Some(app) = self.cluster.apps.get(id).cloned() else { return };
        let tasks = self.summaries(&app);
        let decision = rollout::decide(&app.record.spec, &tasks);
        for task in &decision.kill {
            self.kill(task);
        }
        let launched = self.launch(id, decision.launch);
        let exchange = self.exchange(&decision, &launched, id);
        self.wait(id, blocked, exchange);
    }

    /// The change waits for what blocks it; what is kept up meanwhile may lack room besides.
    fn wait(&mut self, id: &AppId, blocked: Option<Waiting>, lacking: Option<Waiting>) {
        let lacks_room = lacking.as_ref().is_some_and(Waiting::is_for_room);
        self.set_waiting(id, blocked.or(lacking));
        if lacks_room {
            self.cluster.roomless.insert(id.clone());
        }
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
        let origin = self.origin(id);
        let digest = next.spec.run_digest();
        let same_run = digest == before.digest;
        if before.spec.constraints != next.spec.constraints {
            self.mark_misplaced(&next.spec);
        }
        let same_place = !self.cluster.tasks_of(id).any(|task| task.misplaced);
        let settled = before.settled && same_run && same_place && before.spec.instances == next.spec.instances;
        let NextSpec { spec, version, commit } = next;
        let origin = origin.filter(|_| !settled || before.origin.is_some());
        let commit = Some(commit);
        let last_failure = before.last_failure.clone().filter(|_| same_run);
        self.save_app(AppRecord {
            spec,
            digest,
            version,
            commit,
            settled,
            next: None,
            origin,
            mark: None,
            last_failure,
            ..before.clone()
        });
        self.change_checks(id, &before.spec);
        if settled {
            self.rouse(id);
        }
        self.progress_begins(id);
        self.rouse_preempting();
        if let Some(app) = self.app_mut(id).filter(|_| !same_run) {
            app.delay = LaunchDelay::default();
        }
        None
    }

    fn stop(&mut self, id: &AppId) {
        if let Some(waiting) = self.cluster.stop_blocker(id) {
            self.set_waiting(id, Some(waiting));
            return self.give_up_with_dependant(id);
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
            self.cluster.note_staying(&app.record);
            self.cluster.service_ports.let_go(&app.record);
            self.forget(Key::App(id.clone()));
            return self.rouse(id);
        }
        self.watch_deadline(id);
    }

    /// Forgets tasks that were replaced long enough ago. Should their agent come back, it stops them.
    pub(super) fn expunge(&mut self, id: &AppId) {
        let Some(record) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else { return };
        let gone: Vec<TaskId> = self
            .cluster
            .tasks_of(id)
            .filter(|task| {
                let agent = self.cluster.agents.get(&task.agent);
                agent.and_then(|agent| agent.expunged_at(&record.spec)).is_some_and(|at| at <= self.now)
            })
            .map(|task| task.id.clone())
            .collect();
        for task in gone {
            self.abandon(&task);
        }
    }

    pub(super) fn set_waiting(&mut self, id: &AppId, waiting: Option<Waiting>) {
        let Some(app) = self.app_mut(id).filter(|app| app.waiting != waiting) else { return };
        let before = std::mem::replace(&mut app.waiting, waiting.clone());
        self.cluster.note_waiting(id, before.as_ref(), waiting.as_ref());
        let for_room = |waiting: &Option<Waiting>| waiting.as_ref().is_some_and(Waiting::is_for_room);
        if for_room(&before) && !for_room(&waiting) && !self.cluster.carriers.contains_key(id) {
            self.progress_begins(id);
        }
        let Some(waiting) = waiting else { return };
        self.emit(Some(id), Happening::Waiting { reason: waiting.to_string() });
        if waiting.is_for_room() {
            // A stop waits for starts that may in turn wait for the room it frees.
            self.rouse(id);
        }
    }

    pub(super) fn mark_misplaced(&mut self, spec: &AppSpec) {
        for (task, misplaced) in self.cluster.standings(spec) {
            if task.misplaced != misplaced {
                self.save_task(TaskRecord { misplaced, ..TaskRecord::clone(&task) });
            }
        }
    }

    /// The app's tasks as the rollout sees them; sets a timer for those whose agent is away.
    pub(super) fn summaries(&mut self, app: &App) -> Vec<TaskSummary> {
        let (record, now) = (&app.record, self.now);
        let mut absences = BTreeSet::new();
        let mut tasks = Vec::with_capacity(app.tasks.len());
        for task in self.cluster.tasks_of(&record.spec.id) {
            let agent = self.cluster.agents.get(&task.agent).map(Arc::as_ref);
            let ends =
                agent.into_iter().flat_map(|agent| [agent.gone_at(&record.spec), agent.expunged_at(&record.spec)]);
            absences.extend(ends.flatten().filter(|at| *at > now));
            tasks.push(standing::summary(task, agent, record, now));
        }
        for at in absences {
            self.wake_at(at, Due::App(record.spec.id.clone()));
        }
        tasks
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
        match now.is_some_and(Waiting::is_for_room) {
            true => {
                self.roomless.insert(id.clone());
            }
            false => {
                self.roomless.remove(id);
                self.release(id);
            }
        }
    }
}
