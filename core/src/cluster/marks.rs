//! Changes that are given up and changes that go on again.

use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Cluster, Deployment, Happening, Mark, MarkKind, Outcome, Rollout, RolloutState};
use crate::model::{AppId, AppSpec, CommitId, DeploymentId, OnFailure};
use crate::plan::ActionKind;
use crate::planted::{self, Bug};
use crate::rollout::{self, Capacity};
use std::sync::Arc;

/// A change that the daemon is to take back by a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revert {
    /// Whose file the commit is to set back.
    pub app: AppId,
    /// Whose change of the app failed.
    pub deployment: Option<DeploymentId>,
    /// The commit whose definition of the app was good; `None` = the app was not there.
    pub to: Option<CommitId>,
    /// Why the change failed; for the commit's message.
    pub reason: String,
}

impl Cluster {
    /// What is to be reverted, by app. The same until a newer change of the app is wanted, or the revert is
    /// [refused](super::Input::RevertRefused).
    pub fn reverts(&self) -> impl Iterator<Item = Revert> + '_ {
        self.reverting.iter().filter_map(|id| {
            let app = &self.apps.get(id)?.record;
            let (mark, origin) = (app.mark.as_ref()?, app.origin.as_ref()?);
            Some(Revert {
                app: id.clone(),
                deployment: mark.deployment.clone(),
                to: origin.commit.clone(),
                reason: mark.reason.clone(),
            })
        })
    }

    /// Why the app's change was given up; `None` if it was not, or if there is no such app.
    #[must_use]
    pub fn mark(&self, app: &AppId) -> Option<&Mark> {
        self.apps.get(app)?.record.given_up()
    }

    /// The most tasks that the app may have by our own doing. What goes back to where it came from may have as
    /// many as it had there, or as its definition there allows.
    #[must_use]
    pub fn ceiling(&self, id: &AppId) -> u32 {
        let Some(app) = self.apps.get(id).map(|app| &app.record) else { return 0 };
        let most = |spec: &AppSpec| Capacity::of(spec.instances, &spec.upgrade).max_total;
        let origin = app.origin.as_ref().filter(|_| app.goes_back());
        let before = origin.map_or(0, |origin| most(&origin.spec).max(origin.ready));
        most(&app.spec).max(before)
    }

    /// Whether something of the app's change is still to be done; what only settles needs nothing any more.
    fn is_under_way(&self, id: &AppId) -> bool {
        self.apps.get(id).is_some_and(|app| {
            let unproven = app.record.origin.is_some() && app.converged_since.is_none();
            unproven || !app.record.settled || app.record.next.is_some()
        })
    }

    pub(super) fn note_reverting(&mut self, record: &AppRecord) {
        let reverting = record.mark.as_ref().is_some_and(|mark| mark.kind == MarkKind::Reverting);
        match reverting {
            true => self.reverting.insert(record.spec.id.clone()),
            false => self.reverting.remove(&record.spec.id),
        };
    }
}

impl Turn<'_> {
    /// The app's change does not come to its end.
    pub(super) fn give_up(&mut self, id: &AppId, reason: String) {
        let Some(app) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else { return };
        let unproven = !app.settled || app.origin.is_some();
        let begun = !app.removed && unproven && app.next.is_none();
        // What never began waits for something that may still come; what only lacks room hurts nobody by waiting.
        let goes_on = !begun || (!can_revert(&app) && self.cluster.only_lacks_room(id));
        match (goes_on, can_revert(&app)) {
            (false, true) => {
                self.mark(id, MarkKind::Reverting, &reason);
                self.emit(Some(id), Happening::RolloutReverting { reason: reason.clone() });
                return self.set_rollout(id, RolloutState::Reverting { reason });
            }
            (false, false) => self.mark(id, MarkKind::Held, &reason),
            (true, _) => {}
        }
        self.emit(Some(id), Happening::RolloutFailed { reason: reason.clone() });
        self.set_rollout(id, RolloutState::Failed { reason });
    }

    pub(super) fn revert_refused(&mut self, id: &AppId, refusal: &str) {
        let Some(mark) = self.cluster.apps.get(id).and_then(|app| app.record.mark.clone()) else { return };
        if mark.kind != MarkKind::Reverting {
            return;
        }
        let reason = format!("{}; not reverted: {refusal}", mark.reason);
        self.mark(id, MarkKind::Held, &reason);
        self.emit(Some(id), Happening::RolloutFailed { reason: reason.clone() });
        self.set_rollout(id, RolloutState::Failed { reason });
    }

    pub(super) fn cancel(&mut self, deployment: &DeploymentId, by: Option<&str>) {
        let carried: Vec<AppId> =
            self.cluster.carriers.iter().filter(|(_, id)| *id == deployment).map(|(app, _)| app.clone()).collect();
        let reason = by.map_or_else(|| "cancelled".to_owned(), |by| format!("cancelled by {by}"));
        for app in carried {
            if self.cluster.is_under_way(&app) {
                self.mark(&app, MarkKind::Cancelled, &reason);
            }
            self.emit(Some(&app), Happening::RolloutCancelled);
            self.set_rollout(&app, RolloutState::Cancelled);
        }
    }

    fn mark(&mut self, id: &AppId, kind: MarkKind, reason: &str) {
        let deployment = self.cluster.carriers.get(id).cloned();
        let (now, reason) = (self.now, reason.to_owned());
        let Some(app) = self.app_mut(id) else { return };
        app.delay = Default::default();
        let known = app.record.mark.as_ref().and_then(|mark| mark.deployment.clone());
        let mark = Mark { kind, deployment: deployment.or(known), at: now, reason };
        let record = AppRecord { mark: Some(mark), ..AppRecord::clone(&app.record) };
        self.save_app(record);
        self.dirty.insert(id.clone());
    }

    /// Goes on with what was given up, in the deployment that it was given up in.
    pub(super) fn resume(&mut self, apps: &[AppId]) {
        for id in apps {
            let Some(record) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else { continue };
            let Some(mark) = record.given_up() else { continue };
            let overtaken = record.next.is_some().then(|| mark.clone().overtaken());
            self.save_app(AppRecord { mark: overtaken, ..AppRecord::clone(&record) });
            self.progress_begins(id);
            if let Some(deployment) = &mark.deployment {
                self.reopen(id, deployment);
            }
            self.emit(Some(id), Happening::RolloutResumed);
            self.dirty.insert(id.clone());
        }
    }

    fn reopen(&mut self, app: &AppId, id: &DeploymentId) {
        let Some(known) = self.cluster.deployments.get(id).map(|known| Deployment::clone(known)) else { return };
        let Some(rollout) = known.apps.get(app) else { return };
        let ended = rollout.state.has_ended();
        let state = if rollout.began.is_some() { RolloutState::Rolling } else { RolloutState::Waiting };
        let rollout = Rollout { state, ended: None, ..rollout.clone() };
        self.save_rollout(id, app, &rollout);
        self.cluster.carriers.insert(app.clone(), id.clone());
        if let Some(known) = self.cluster.deployments.get(id).filter(|_| ended).map(|known| Deployment::clone(known)) {
            let starts = u32::from(rollout.action != ActionKind::Delete);
            let (left, starts_left) = (known.left + 1, known.starts_left + starts);
            self.save_deployment(Deployment { outcome: Outcome::Running, ended: None, left, starts_left, ..known });
        }
    }

    /// Keeps up what there is of an app whose change is not carried on; returns what is in the way of that.
    pub(super) fn keep(&mut self, id: &AppId) -> Option<Waiting> {
        let app = self.cluster.apps.get(id).cloned()?;
        let floor = if planted::is(Bug::ForgetOrigin) { 0 } else { app.record.origin.as_ref()?.ready };
        let tasks = self.summaries(&app);
        let keeping = rollout::keep(floor, self.cluster.ceiling(id), &tasks);
        // A removal that was given up leaves alone what is not gone: others that are removed may still need it.
        for task in keeping.kill.iter().filter(|_| !app.record.removed) {
            self.kill(task);
        }
        self.launch_original(id, keeping.launch)
    }
}

/// There is a way back, it leads to other tasks, and the app asks for it.
fn can_revert(app: &AppRecord) -> bool {
    let elsewhere = app.origin.as_ref().is_some_and(|origin| {
        origin.digest != app.digest
            || origin.spec.instances != app.spec.instances
            || origin.spec.constraints != app.spec.constraints
    });
    app.spec.rollout.on_failure == OnFailure::Revert && elsewhere
}
