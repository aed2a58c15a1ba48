//! When an app may begin what is wanted of it: starts wait for dependencies, stops wait for starts.

use super::waiting::Waiting;
use super::{Cluster, RolloutState};
use crate::model::{AppId, GroupId};
use crate::plan::{self, ActionKind};

impl Cluster {
    /// Dependencies of the app that are not up yet.
    pub(super) fn blockers(&self, app: &AppId) -> Vec<AppId> {
        plan::dependencies(&self.wanted, app).into_iter().filter(|id| !self.is_up(id)).collect()
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
        if self.starts_under_way(id) {
            return Some(Waiting::Starts);
        }
        let dependants: Vec<AppId> = self
            .apps
            .values()
            .filter(|app| app.record.removed)
            .filter(|app| !app.tasks.is_empty())
            .filter(|app| app.record.spec.id != *id && app.record.spec.dependencies.iter().any(|path| names(path, id)))
            .map(|app| app.record.spec.id.clone())
            .collect();
        (!dependants.is_empty()).then_some(Waiting::Dependants(dependants))
    }

    /// Whether the deployment that removes the app is still starting others. A start that finds no room
    /// is not waited for: it may need just what the stop sets free.
    fn starts_under_way(&self, id: &AppId) -> bool {
        let Some(deployment) = self.carriers.get(id).and_then(|carrier| self.deployments.get(carrier)) else {
            return false;
        };
        deployment.apps.iter().any(|(app, rollout)| {
            rollout.action != ActionKind::Delete
                && match rollout.state {
                    RolloutState::Waiting | RolloutState::Rolling => !self.waits_for_room(app),
                    RolloutState::Done | RolloutState::Failed { .. } | RolloutState::Superseded => false,
                }
        })
    }

    fn waits_for_room(&self, app: &AppId) -> bool {
        self.apps.get(app).is_some_and(|app| matches!(app.waiting, Some(Waiting::Room { .. })))
    }
}

fn names(path: &GroupId, app: &AppId) -> bool {
    path.as_str() == app.as_str() || path.holds(app)
}
