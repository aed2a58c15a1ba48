//! How far each app of a deployment is: begun, getting on, done, or given up.

use super::handle::{PROGRESS_DEADLINE, SETTLING};
use super::state::{App, Due};
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Deployment, Happening, Rollout, RolloutState};
use crate::model::AppId;
use crate::plan::ActionKind;
use crate::rollout::{TaskState, TaskSummary};
use std::sync::Arc;

impl Turn<'_> {
    pub(super) fn rollout_begins(&mut self, id: &AppId) {
        if self.rollout(id).is_some_and(|rollout| rollout.state == RolloutState::Waiting) {
            self.set_rollout(id, RolloutState::Rolling);
            self.emit(Some(id), Happening::RolloutStarted);
            self.wake_at(self.now + PROGRESS_DEADLINE, Due::App(id.clone()));
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
        let in_place = self.rollout(id).is_some_and(|rollout| rollout.action == ActionKind::Update);
        if in_place && app.record.next.is_none() {
            self.rollout_done(id);
        }
        match self.has_converged(&app, &tasks) {
            true => self.converged(id),
            false => self.not_converged(id),
        }
    }

    fn tell_progress(&mut self, app: &App, tasks: &[TaskSummary]) {
        let id = &app.record.spec.id;
        let count = |which: &dyn Fn(&TaskSummary) -> bool| {
            u32::try_from(tasks.iter().filter(|task| which(task)).count()).unwrap_or(u32::MAX)
        };
        let ready = count(&|task| task.current && task.state == TaskState::Ready);
        let old = count(&|task| !task.current && task.state > TaskState::Unreachable);
        if app.progress == (ready, old) {
            return;
        }
        if ready > app.progress.0 || old < app.progress.1 {
            self.progressed(id);
        }
        if let Some(app) = self.app_mut(id) {
            app.progress = (ready, old);
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
    }

    fn converged(&mut self, id: &AppId) {
        let now = self.now;
        let Some(app) = self.app_mut(id) else { return };
        let since = *app.converged_since.get_or_insert(now);
        let proven = app.record.settled || app.record.spec.instances == 0 || !app.record.spec.health_checks.is_empty();
        if !proven && now < since + SETTLING {
            return self.wake_at(since + SETTLING, Due::App(id.clone()));
        }
        let record = AppRecord::clone(&app.record);
        if !record.settled {
            self.save_app(AppRecord { settled: true, ..record });
            self.rouse(id);
        }
        self.rollout_done(id);
    }

    fn not_converged(&mut self, id: &AppId) {
        if let Some(app) = self.app_mut(id) {
            app.converged_since = None;
        }
        match self.rollout(id).cloned() {
            Some(Rollout { state: RolloutState::Waiting, .. }) => self.give_up_with_dependency(id),
            Some(Rollout { state: RolloutState::Rolling, last_progress, .. }) => {
                let deadline = last_progress + PROGRESS_DEADLINE;
                match self.now < deadline {
                    true => self.wake_at(deadline, Due::App(id.clone())),
                    false => self.fail(id, self.cause(id)),
                }
            }
            Some(_) | None => {}
        }
    }

    /// An app that waits for one which nobody brings up any more would wait for ever.
    fn give_up_with_dependency(&mut self, id: &AppId) {
        let Some(Waiting::Dependencies(blockers)) = self.cluster.apps.get(id).and_then(|app| app.waiting.clone())
        else {
            return;
        };
        if let Some(blocker) = blockers.iter().find(|blocker| self.cluster.is_given_up(blocker)) {
            self.fail(id, format!("waits for {blocker}, which did not come up"));
        }
    }

    fn fail(&mut self, id: &AppId, reason: String) {
        self.emit(Some(id), Happening::RolloutFailed { reason: reason.clone() });
        self.set_rollout(id, RolloutState::Failed { reason });
    }

    /// Why a rollout stands still, in words.
    fn cause(&self, id: &AppId) -> String {
        let minutes = PROGRESS_DEADLINE.as_secs() / 60;
        let app = self.cluster.apps.get(id);
        let waiting = app.and_then(|app| app.waiting.as_ref()).map(ToString::to_string);
        let failure = app.and_then(|app| app.record.last_failure.as_ref()).map(|failure| failure.reason.clone());
        let cause = waiting.or(failure).unwrap_or_else(|| "its tasks do not become ready".to_owned());
        format!("no progress for {minutes} minutes: {cause}")
    }

    /// Something got better; the progress deadline counts anew. Not worth a write to the store.
    pub(super) fn progressed(&mut self, id: &AppId) {
        let now = self.now;
        if let Some(rollout) = self.rollout_mut(id) {
            rollout.last_progress = now;
        }
    }

    pub(super) fn rollout(&self, id: &AppId) -> Option<&Rollout> {
        let carrier = self.cluster.carriers.get(id)?;
        self.cluster.deployments.get(carrier)?.apps.get(id)
    }

    fn rollout_mut(&mut self, id: &AppId) -> Option<&mut Rollout> {
        let carrier = self.cluster.carriers.get(id)?.clone();
        let deployment: &mut Deployment = Arc::make_mut(self.cluster.deployments.get_mut(&carrier)?);
        deployment.apps.get_mut(id)
    }
}
