//! How far each app of a deployment is: begun, getting on, done, or given up.

use super::progress::Progress;
use super::state::{App, Due};
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Happening, Rollout, RolloutState};
use crate::model::{AppId, Timestamp};
use crate::planted::{self, Bug};
use crate::rollout::{TaskState, TaskSummary};
use std::sync::Arc;
use std::time::Duration;

impl Turn<'_> {
    pub(super) fn rollout_begins(&mut self, id: &AppId) {
        if self.rollout(id).is_some_and(|rollout| rollout.state == RolloutState::Waiting) {
            self.set_rollout(id, RolloutState::Rolling);
            self.emit(Some(id), Happening::RolloutStarted);
            self.progress_begins(id);
        }
    }

    pub(super) fn rollout_done(&mut self, id: &AppId) {
        if self.rollout(id).is_some() {
            self.emit(Some(id), Happening::RolloutDone);
            self.set_rollout(id, RolloutState::Done);
        }
    }

    /// Looks at an app that is not removed, after it was told what to do.
    pub(super) fn follow_rollout(&mut self, id: &AppId) {
        let Some(app) = self.cluster.apps.get(id).cloned() else { return };
        let tasks = self.summaries(&app);
        self.tell_progress(&app, &tasks);
        match self.has_converged(&app, &tasks) {
            true => self.converged(id),
            false => self.not_converged(id),
        }
    }

    /// The deadline counts from now.
    pub(super) fn progress_begins(&mut self, id: &AppId) {
        let now = self.now;
        if let Some(app) = self.app_mut(id) {
            app.progress = Progress::begun(now);
        }
    }

    fn tell_progress(&mut self, app: &App, tasks: &[TaskSummary]) {
        let id = &app.record.spec.id;
        let count = |which: &dyn Fn(&TaskSummary) -> bool| {
            u32::try_from(tasks.iter().filter(|task| which(task)).count()).unwrap_or(u32::MAX)
        };
        let ready = count(&|task| task.current && task.state == TaskState::Ready);
        let old = count(&|task| !task.current && task.state > TaskState::Unreachable);
        let now = self.now;
        if let Some(app) = self.app_mut(id) {
            app.progress.note_counts(ready, old, now);
            app.told = (ready, old);
        }
        if app.told == (ready, old) {
            return;
        }
        if self.cluster.carriers.contains_key(id) {
            let wanted = app.record.spec.instances;
            self.emit(Some(id), Happening::RolloutProgress { ready, wanted, old });
        }
    }

    fn has_converged(&self, app: &App, tasks: &[TaskSummary]) -> bool {
        let mut present = tasks.iter().filter(|task| task.state != TaskState::Unreachable);
        app.record.next.is_none()
            && present.clone().count() == app.record.spec.instances as usize
            && present.all(|task| task.current && task.state == TaskState::Ready)
            && !self.cluster.tasks_of(&app.record.spec.id).any(|task| task.is_presumed())
    }

    /// What depends on the app may begin as soon as its tasks are ready; the rollout is done when they stayed so
    /// for the app's settling time.
    fn converged(&mut self, id: &AppId) {
        let now = self.now;
        let Some(app) = self.app_mut(id) else { return };
        let since = *app.converged_since.get_or_insert(now);
        let record = AppRecord::clone(&app.record);
        let done = self.settled_at(&record, since);
        if !record.settled {
            self.save_app(AppRecord { settled: true, ..record });
            self.rouse(id);
        }
        self.expunge(id);
        match now < done {
            true => self.wake_at(done, Due::App(id.clone())),
            false => self.held_out(id),
        }
    }

    /// What is checked must stay ready for the settling time, what is not must have run for it.
    fn settled_at(&self, app: &AppRecord, converged_since: Timestamp) -> Timestamp {
        if app.spec.instances == 0 || planted::is(Bug::SkipSettling) {
            return converged_since;
        }
        let started = self.cluster.tasks_of(&app.spec.id).filter_map(|task| task.running_since()).max();
        let from = if app.spec.checks.gate() { Some(converged_since) } else { started };
        from.unwrap_or(converged_since) + Duration::from_secs(u64::from(app.spec.rollout.settling_secs))
    }

    /// Only now the change is known to be good, and the way back is not needed any more.
    fn held_out(&mut self, id: &AppId) {
        let proven = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)).filter(|app| app.origin.is_some());
        if let Some(app) = proven {
            self.save_app(AppRecord { origin: None, ..AppRecord::clone(&app) });
        }
        self.rollout_done(id);
    }

    /// It is not as wanted, or not wanted as it is: whatever comes next settles anew.
    pub(super) fn unsettle(&mut self, id: &AppId) {
        if let Some(app) = self.app_mut(id) {
            app.converged_since = None;
        }
    }

    fn not_converged(&mut self, id: &AppId) {
        self.unsettle(id);
        let waits = self.cluster.apps.get(id).is_some_and(|app| app.record.next.is_some());
        match waits {
            true => self.give_up_with_dependency(id),
            false => self.watch_deadline(id),
        }
    }

    /// A change without progress for too long has failed, whether or not a deployment carries it out. What has
    /// held out goes on healing for ever.
    pub(super) fn watch_deadline(&mut self, id: &AppId) {
        let carried = self.cluster.carriers.contains_key(id);
        let now = self.now;
        let lacks_room = self.cluster.waits_for_room(id);
        let unproven = |app: &App| !app.record.settled || app.record.origin.is_some();
        let open = |app: &&mut App| carried || (unproven(app) && !app.record.removed && !lacks_room);
        let Some(app) = self.app_mut(id).filter(open) else {
            return;
        };
        let deadline = Duration::from_secs(u64::from(app.record.spec.rollout.deadline_secs));
        let due = app.progress.last_or(now) + deadline;
        match now < due || planted::is(Bug::NeverTimeOut) {
            true => self.wake_at(due, Due::App(id.clone())),
            false => self.give_up(id, self.cause(id, deadline)),
        }
    }

    /// An app that waits for one which nobody brings up any more would wait for ever.
    fn give_up_with_dependency(&mut self, id: &AppId) {
        let Some(Waiting::Dependencies(blockers)) = self.cluster.apps.get(id).and_then(|app| app.waiting.clone())
        else {
            return;
        };
        let given_up = blockers.iter().find(|blocker| self.cluster.is_given_up(blocker));
        if let Some(blocker) = given_up.filter(|_| self.cluster.carriers.contains_key(id)) {
            self.give_up(id, format!("waits for {blocker}, which did not come up"));
        }
    }

    /// A stop that waits for one which nobody sees to its end any more would wait for ever. It still comes,
    /// when the other one does.
    pub(super) fn give_up_with_dependant(&mut self, id: &AppId) {
        let Some(Waiting::Dependants(apps)) = self.cluster.apps.get(id).and_then(|app| app.waiting.clone()) else {
            return;
        };
        let left_alone = apps.iter().find(|app| !self.cluster.carriers.contains_key(*app));
        if let Some(dependant) = left_alone.filter(|_| self.cluster.carriers.contains_key(id)) {
            self.give_up(id, format!("waits for {dependant}, which did not stop"));
        }
    }

    /// Why a rollout stands still, in words.
    fn cause(&self, id: &AppId, deadline: Duration) -> String {
        let app = self.cluster.apps.get(id);
        let waiting = app.and_then(|app| app.waiting.as_ref()).map(ToString::to_string);
        let failure = app.and_then(|app| app.record.last_failure.as_ref()).map(|failure| failure.reason.clone());
        let idle = if app.is_some_and(|app| app.record.removed) { "do not stop" } else { "do not become ready" };
        let cause = waiting.or_else(|| self.cluster.silence(id)).or(failure);
        let cause = cause.unwrap_or_else(|| format!("its tasks {idle}"));
        format!("no progress for {}: {cause}", span(deadline))
    }

    pub(super) fn rollout(&self, id: &AppId) -> Option<&Rollout> {
        let carrier = self.cluster.carriers.get(id)?;
        self.cluster.deployments.get(carrier)?.apps.get(id)
    }
}

/// `5 minutes`, `90 s`.
fn span(span: Duration) -> String {
    match (span.as_secs() / 60, span.as_secs() % 60) {
        (1, 0) => "a minute".to_owned(),
        (minutes, 0) => format!("{minutes} minutes"),
        (_, _) => format!("{} s", span.as_secs()),
    }
}
