//! One call of `handle`: the cluster while it changes, and what came of it.

use super::state::{App, Due};
use super::{
    AgentRecord, AppRecord, Cluster, Deployment, Effect, Event, Happening, Key, Record, Rollout, RolloutRecord,
    TaskRecord,
};
use crate::model::{AgentId, AppId, DeploymentId, Timestamp};
use crate::planted::{self, Bug};
use imbl::OrdMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) struct Turn<'a> {
    pub(super) cluster: &'a mut Cluster,
    pub(super) now: Timestamp,
    /// Apps to look at before the turn ends.
    pub(super) dirty: BTreeSet<AppId>,
    /// Agents with fewer containers than before, or from which we heard again: if they drain, they may be empty.
    pub(super) vacated: BTreeSet<AgentId>,
    /// The last word on each record; `None` = forget it.
    writes: BTreeMap<Key, Option<Record>>,
    actions: Vec<Effect>,
    first_timer: Option<Timestamp>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(cluster: &'a mut Cluster, now: Timestamp) -> Self {
        let first_timer = cluster.timers.get_min().map(|(at, _)| *at);
        let (dirty, vacated) = Default::default();
        Self { cluster, now, dirty, vacated, writes: BTreeMap::new(), actions: Vec::new(), first_timer }
    }

    /// What came of it: records first, then actions in the order they were decided, then the next wake-up.
    pub(super) fn finish(self, woken: bool) -> Vec<Effect> {
        let writes = self.writes.into_iter().map(|(key, record)| match record {
            Some(record) => Effect::Save(record),
            None => Effect::Forget(key),
        });
        let next = self.cluster.timers.get_min().map(|(at, _)| *at);
        let wake = next.filter(|_| woken || next != self.first_timer).map(Effect::Wake);
        if planted::is(Bug::ActBeforeStore) {
            return self.actions.into_iter().chain(writes).chain(wake).collect();
        }
        writes.chain(self.actions).chain(wake).collect()
    }

    pub(super) fn act(&mut self, effect: Effect) {
        self.actions.push(effect);
    }

    pub(super) fn emit(&mut self, app: Option<&AppId>, what: Happening) {
        let deployment = app.and_then(|app| self.cluster.carriers.get(app)).cloned();
        self.actions.push(Effect::Emit(Event { at: self.now, deployment, app: app.cloned(), what, task: None }));
    }

    pub(super) fn emit_of(&mut self, task: &Arc<TaskRecord>, what: Happening) {
        let (at, deployment) = (self.now, self.cluster.carriers.get(&task.app).cloned());
        let (app, task) = (Some(task.app.clone()), Some(Arc::clone(task)));
        self.actions.push(Effect::Emit(Event { at, deployment, app, what, task }));
    }

    pub(super) fn wake_at(&mut self, at: Timestamp, due: Due) {
        self.cluster.timers.insert((at, due));
    }

    /// There is news of the app: those that wait for it are looked at.
    pub(super) fn rouse(&mut self, news_of: &AppId) {
        self.dirty.extend(self.cluster.blocked.get(news_of).into_iter().flatten().cloned());
    }

    /// There may be more room on the agents.
    pub(super) fn rouse_roomless(&mut self) {
        self.dirty.extend(self.cluster.roomless.iter().cloned());
    }

    /// Whom important apps may stop has changed.
    pub(super) fn rouse_preempting(&mut self) {
        let preempts = |app: &&AppId| self.cluster.spec(app).is_some_and(|spec| spec.placement.preempts);
        self.dirty.extend(self.cluster.roomless.iter().filter(preempts).cloned());
    }

    /// The app's working copy, for changes that a crash may lose.
    pub(super) fn app_mut(&mut self, id: &AppId) -> Option<&mut App> {
        self.cluster.apps.get_mut(id).map(Arc::make_mut)
    }

    pub(super) fn save_meta(&mut self) {
        self.save(Record::Cluster(self.cluster.meta.clone()));
    }

    pub(super) fn save_app(&mut self, record: AppRecord) {
        let record = Arc::new(record);
        let id = record.spec.id.clone();
        self.save(Record::App(Arc::clone(&record)));
        self.cluster.note_reverting(&record);
        self.cluster.note_everywhere(&record);
        match self.cluster.apps.get_mut(&id) {
            Some(app) => Arc::make_mut(app).record = record,
            None => {
                self.cluster.apps.insert(id, Arc::new(App::new(record)));
            }
        }
    }

    pub(super) fn save_agent(&mut self, record: AgentRecord) {
        let record = Arc::new(record);
        let id = record.info.id.clone();
        self.save(Record::Agent(Arc::clone(&record)));
        match self.cluster.agents.get_mut(&id) {
            Some(agent) => Arc::make_mut(agent).set_record(record),
            None => self.cluster.add_agent(record),
        }
        self.cluster.show_agent(&id, self.now);
    }

    pub(super) fn save_task(&mut self, task: TaskRecord) -> Arc<TaskRecord> {
        let task = Arc::new(task);
        self.save(Record::Task(Arc::clone(&task)));
        self.cluster.replace_task(Arc::clone(&task));
        task
    }

    /// Stores the deployment itself; its rollouts have records of their own.
    pub(super) fn save_deployment(&mut self, deployment: Deployment) {
        let alone = Deployment { apps: OrdMap::new(), ..deployment.clone() };
        self.save(Record::Deployment(Arc::new(alone)));
        self.cluster.deployments.insert(deployment.id.clone(), Arc::new(deployment));
    }

    pub(super) fn save_rollout(&mut self, deployment: &DeploymentId, app: &AppId, rollout: &Rollout) {
        let Some(known) = self.cluster.deployments.get_mut(deployment) else { return };
        Arc::make_mut(known).apps.insert(app.clone(), rollout.clone());
        let (deployment, app, rollout) = (deployment.clone(), app.clone(), rollout.clone());
        self.save(Record::Rollout(RolloutRecord { deployment, app, rollout }));
    }

    pub(super) fn save(&mut self, record: Record) {
        self.writes.insert(record.key(), Some(record));
    }

    pub(super) fn forget(&mut self, key: Key) {
        self.writes.insert(key, None);
    }
}
