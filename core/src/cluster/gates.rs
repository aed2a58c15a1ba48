//! When an app may begin what is wanted of it: starts wait for dependencies, stops wait for starts.

use super::waiting::Waiting;
use super::{AppRecord, Cluster, Deployment, Rollout};
use crate::model::AppId;
use crate::plan::{self, ActionKind};
use std::collections::BTreeSet;

impl Cluster {
    /// Dependencies of the app that are not up yet: its own, and across apps that its deployment leaves alone
    /// those that the same deployment replaces.
    pub(super) fn blockers(&self, app: &AppId) -> Vec<AppId> {
        let own = plan::dependencies(&self.wanted, app);
        let mut blockers: BTreeSet<AppId> = own.iter().filter(|id| !self.is_up(id)).cloned().collect();
        if let Some(deployment) = self.carriers.get(app).and_then(|id| self.deployments.get(id)) {
            blockers.extend(self.replaced_below(own, deployment).into_iter().filter(|id| !self.is_up(id)));
        }
        blockers.into_iter().collect()
    }

    /// The nearest apps that the deployment replaces. What they depend on was up before they began.
    fn replaced_below(&self, apps: BTreeSet<AppId>, deployment: &Deployment) -> Vec<AppId> {
        let in_place = |rollout: &Rollout| rollout.action == ActionKind::Update;
        let mut replaced = Vec::new();
        let mut todo: Vec<AppId> = apps.iter().cloned().collect();
        let mut seen = apps;
        while let Some(app) = todo.pop() {
            if deployment.apps.get(&app).is_some_and(|rollout| !in_place(rollout)) {
                replaced.push(app);
                continue;
            }
            let further = plan::dependencies(&self.wanted, &app);
            todo.extend(further.into_iter().filter(|id| seen.insert(id.clone())));
        }
        replaced
    }

    /// Whether what is wanted of the app has once been reached. One that lost a task since is still up:
    /// its dependants have started.
    fn is_up(&self, app: &AppId) -> bool {
        self.apps.get(app).is_none_or(|app| app.record.settled && app.record.next.is_none())
    }

    /// Whether nothing is under way any more that could bring the app up.
    pub(super) fn is_given_up(&self, app: &AppId) -> bool {
        !self.is_up(app) && !self.carriers.contains_key(app)
    }

    /// What a removed app's tasks still have to wait for.
    pub(super) fn stop_blocker(&self, id: &AppId) -> Option<Waiting> {
        if let Some(start) = self.start_under_way(id) {
            return Some(Waiting::Starts(start));
        }
        let dependants: Vec<AppId> = self.leaving.get(id).into_iter().flatten().cloned().collect();
        (!dependants.is_empty()).then_some(Waiting::Dependants(dependants))
    }

    /// An app that the deployment which removes this one is still starting. One that finds no room is not
    /// waited for: it may need just what the stop sets free. The last is taken, since it is mostly the last
    /// to be done.
    fn start_under_way(&self, id: &AppId) -> Option<AppId> {
        let deployment = self.deployments.get(self.carriers.get(id)?)?;
        if deployment.starts_left == 0 {
            return None;
        }
        let under_way = |app: &AppId, rollout: &Rollout| {
            rollout.action != ActionKind::Delete && !rollout.state.has_ended() && !self.waits_for_room(app)
        };
        deployment.apps.iter().rev().find(|(app, rollout)| under_way(app, rollout)).map(|(app, _)| app.clone())
    }

    /// A removed app is found by what it depends on until it is gone.
    pub(super) fn note_leaving(&mut self, app: &AppRecord) {
        for needed in &app.needs {
            self.leaving.entry(needed.clone()).or_default().insert(app.spec.id.clone());
        }
    }

    /// It is gone, or wanted again.
    pub(super) fn note_staying(&mut self, app: &AppRecord) {
        for needed in &app.needs {
            if let Some(leaving) = self.leaving.get_mut(needed) {
                leaving.remove(&app.spec.id);
            }
        }
    }

    /// It waits for room for more tasks, and replaces none.
    pub(super) fn only_lacks_room(&self, app: &AppId) -> bool {
        let Some(digest) = self.apps.get(app).map(|app| &app.record.digest) else { return false };
        self.waits_for_room(app) && self.tasks_of(app).all(|task| task.digest == *digest)
    }

    /// Whether more could be done for the app if agents had more to give.
    #[must_use]
    pub fn waits_for_room(&self, app: &AppId) -> bool {
        self.apps.get(app).is_some_and(|app| app.waiting.as_ref().is_some_and(Waiting::is_for_room))
    }
}
