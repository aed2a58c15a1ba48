//! Runs a copy of the cluster to the end of a change and notes where tasks went.

use crate::cluster::{Cluster, Commit, Effect, Happening, Health, Input, Record, TaskPhase, TaskRecord, TaskReport};
use crate::model::{AgentId, AppId, Checks, CommitId, DeploymentId, TaskId, TaskStatus, Timestamp, Wanted};
use crate::plan::{Bounds, Forecast, Placement, Shortage};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// More inputs than any sane rollout takes; a forecast must end.
const INPUTS_PER_APP: usize = 10_000;

/// Where the tasks of `target` would go from here, and what would find no place.
#[must_use]
pub fn forecast(cluster: &Cluster, target: &Wanted, now: Timestamp) -> Forecast {
    let id = CommitId::new("forecast");
    let deployment = DeploymentId::new(id.as_str());
    let commit = Commit { id, author: String::new(), subject: String::new(), reverts: None };
    let mut model = Model::new(cluster.clone(), now);
    model.feed(Input::Desired { commit, wanted: target.clone() });
    let changed = model.cluster.deployment(&deployment).cloned();
    let apps: BTreeSet<&AppId> = changed.iter().flat_map(|deployment| deployment.apps.keys()).collect();
    for app in &apps {
        model.bounds.insert((*app).clone(), bounds_of(cluster, app, now));
        model.measure(app);
    }
    let under_way: Vec<AppId> = model.cluster.under_way().cloned().collect();
    under_way.iter().for_each(|app| model.catch_up(app));
    model.run(&deployment, INPUTS_PER_APP.saturating_mul(under_way.len()));
    model.result(&apps)
}

/// A cluster whose agents obey without delay.
struct Model {
    cluster: Cluster,
    now: Timestamp,
    inbox: VecDeque<Input>,
    wake: Option<Timestamp>,
    placed: BTreeMap<(AppId, String), u32>,
    /// Why an app did not come up.
    short: BTreeMap<AppId, String>,
    bounds: BTreeMap<AppId, Bounds>,
}

impl Model {
    /// Woken at once: of timers set before the copy was made, nobody here was told.
    fn new(cluster: Cluster, now: Timestamp) -> Self {
        let wake = Some(now);
        let (placed, short, bounds) = Default::default();
        Self { cluster, now, inbox: VecDeque::new(), wake, placed, short, bounds }
    }

    /// Answers what the agents were told before the copy was made. What changes may wait for apps that an
    /// earlier change is still at, so these go on as well.
    fn catch_up(&mut self, app: &AppId) {
        let told: Vec<Arc<TaskRecord>> = self.cluster.tasks_of(app).cloned().collect();
        let checks = self.cluster.spec(app).map(|spec| spec.checks.clone()).unwrap_or_default();
        for task in told {
            match task.phase {
                TaskPhase::Staging => self.started(&task.agent, &task.id, &checks),
                TaskPhase::Running { health: Health::Unhealthy, .. } => {}
                TaskPhase::Running {
                    health: Health::Settling | Health::Unchecked | Health::Unknown | Health::Presumed | Health::Healthy,
                    ..
                } => {
                    self.proven(&task.agent, &task.id, &checks);
                }
                TaskPhase::Killing { .. } => self.answer(&task.agent, &task.id, TaskStatus::Gone),
            }
        }
    }

    fn run(&mut self, deployment: &DeploymentId, limit: usize) {
        for _ in 0..limit {
            if self.cluster.deployment(deployment).is_none_or(|deployment| deployment.ended.is_some()) {
                return;
            }
            match (self.inbox.pop_front(), self.wake.take()) {
                (Some(input), wake) => {
                    self.wake = wake;
                    self.feed(input);
                }
                (None, Some(wake)) => {
                    self.now = self.now.max(wake);
                    self.feed(Input::Tick);
                }
                (None, None) => return,
            }
        }
    }

    fn feed(&mut self, input: Input) {
        let effects = self.cluster.handle(self.now, input);
        let touched: BTreeSet<&AppId> = effects.iter().filter_map(touched).collect();
        touched.into_iter().for_each(|app| self.measure(app));
        for effect in effects {
            match effect {
                Effect::Launch { agent, task } => self.started(&agent, &task.id, &task.checks),
                Effect::Kill { agent, task, .. } => self.answer(&agent, &task, TaskStatus::Gone),
                Effect::Emit(event) => self.note(event.app, event.what),
                Effect::Wake(at) => self.wake = Some(self.wake.map_or(at, |wake| wake.min(at))),
                Effect::Recheck { agent, task, checks } => self.proven(&agent, &task, &checks),
                Effect::Save(_) | Effect::Forget(_) => {}
            }
        }
    }

    fn measure(&mut self, app: &AppId) {
        if let Some(bounds) = self.bounds.get_mut(app) {
            let (ready, running) = self.cluster.counts(app, self.now);
            bounds.ready_min = bounds.ready_min.min(ready);
            bounds.running_max = bounds.running_max.max(running);
            bounds.ready_end = ready;
        }
    }

    fn started(&mut self, agent: &AgentId, task: &TaskId, checks: &Checks) {
        self.answer(agent, task, TaskStatus::Running { address: None });
        self.proven(agent, task, checks);
    }

    /// What checks there are say yes.
    fn proven(&mut self, agent: &AgentId, task: &TaskId, checks: &Checks) {
        if !checks.health.is_empty() {
            self.answer(agent, task, TaskStatus::Health { healthy: true, cause: None });
        }
        if checks.readiness.is_some() {
            self.answer(agent, task, TaskStatus::Ready);
        }
    }

    /// Who cannot be reached, or has no engine, answers nothing.
    fn answer(&mut self, agent: &AgentId, task: &TaskId, status: TaskStatus) {
        if !self.cluster.answers(agent) {
            return;
        }
        let report = TaskReport { task: task.clone(), status };
        self.inbox.push_back(Input::TaskUpdate { agent: agent.clone(), report });
    }

    fn note(&mut self, app: Option<AppId>, what: Happening) {
        let Some(app) = app else { return };
        if let Happening::TaskLaunched { host, .. } = what {
            *self.placed.entry((app, host)).or_default() += 1;
        } else if let Happening::RolloutFailed { reason } = what {
            self.short.insert(app, reason);
        } else if let Happening::RolloutDone = what {
            self.short.remove(&app);
        }
    }

    /// Of the apps that change; what happens to others meanwhile is not this change's doing.
    fn result(self, apps: &BTreeSet<&AppId>) -> Forecast {
        let pending = |app: &AppId| {
            self.cluster
                .app_views(self.now, Some(app))
                .first()
                .map_or(0, |view| view.instances.saturating_sub(view.running))
        };
        let shortages = self
            .short
            .iter()
            .filter(|(app, _)| apps.contains(app))
            .map(|(app, reason)| Shortage { app: app.clone(), tasks: pending(app), reason: plain(reason) })
            .collect();
        let placed = self.placed.into_iter().filter(|((app, _), _)| apps.contains(&app));
        let placements = placed.map(|((app, host), tasks)| Placement { app, host, tasks }).collect();
        Forecast { placements, shortages, bounds: self.bounds.into_values().collect() }
    }
}

fn bounds_of(cluster: &Cluster, app: &AppId, now: Timestamp) -> Bounds {
    let (ready, running) = cluster.counts(app, now);
    Bounds { app: app.clone(), ready_now: ready, ready_min: ready, running_max: running, ready_end: ready }
}

/// The app whose tasks an effect tells of.
fn touched(effect: &Effect) -> Option<&AppId> {
    match effect {
        Effect::Save(Record::Task(task)) => Some(&task.app),
        Effect::Emit(event) => event.app.as_ref(),
        Effect::Save(_)
        | Effect::Forget(_)
        | Effect::Launch { .. }
        | Effect::Kill { .. }
        | Effect::Recheck { .. }
        | Effect::Wake(_) => None,
    }
}

/// The cause alone: a forecast does not wait for the deadline.
fn plain(reason: &str) -> String {
    reason.split_once(": ").map_or(reason, |(_, cause)| cause).to_owned()
}
