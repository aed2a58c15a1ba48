//! Where a change of an app began: the definition to go back to, and how much of the app was ready.

use super::turn::Turn;
use super::{AppRecord, Origin};
use crate::model::AppId;
use crate::rollout::TaskState;
use std::sync::Arc;

impl Turn<'_> {
    /// The origin of a change that begins now. If the change before never held out, its own origin is still the
    /// last definition known to be good; how much is ready is counted anew.
    pub(super) fn origin(&self, id: &AppId) -> Option<Origin> {
        let app = &self.cluster.apps.get(id)?.record;
        let tasks = self.cluster.tasks_of(id);
        let ready = tasks.filter(|task| self.cluster.summary(task, app, self.now).state == TaskState::Ready).count();
        let ready = u32::try_from(ready).unwrap_or(u32::MAX);
        match &app.origin {
            Some(origin) => Some(Origin { ready, ..origin.clone() }),
            None => Some(Origin { ready, ..Origin::of(app) }),
        }
    }
}

impl Origin {
    fn of(app: &AppRecord) -> Self {
        Self {
            spec: Arc::clone(&app.spec),
            digest: app.digest.clone(),
            version: app.version,
            commit: app.commit.clone(),
            ready: 0,
        }
    }
}
