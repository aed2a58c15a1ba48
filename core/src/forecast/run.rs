//! Runs a copy of the cluster to the end of a change and notes where tasks went.

use super::model::{Model, Step};
use crate::cluster::{Cluster, Commit, Effect, Happening, Input, Record};
use crate::model::{AppId, CommitId, DeploymentId, Timestamp, Wanted};
use crate::plan::{Bounds, Forecast, Placement, Shortage};
use crate::rollout::TaskState;
use std::collections::{BTreeMap, BTreeSet};

/// More inputs than any sane rollout takes; a forecast must end.
const INPUTS_PER_APP: usize = 10_000;

/// Where the tasks of `target` would go from here, and what would find no place.
#[must_use]
pub fn forecast(cluster: &Cluster, target: &Wanted, now: Timestamp) -> Forecast {
    let id = CommitId::new("forecast");
    let deployment = DeploymentId::new(id.as_str());
    let commit = Commit { id, author: String::new(), subject: String::new(), reverts: None, version: None };
    let mut run = Run::new(cluster.clone(), now);
    run.feed(Input::Desired { commit, wanted: target.clone() });
    let changed = run.model.cluster.deployment(&deployment).cloned();
    let apps: BTreeSet<&AppId> = changed.iter().flat_map(|deployment| deployment.apps.keys()).collect();
    for app in &apps {
        run.bounds.insert((*app).clone(), bounds_of(cluster, app, now));
        run.begin(app);
        run.measure(app);
    }
    let under_way: Vec<AppId> = run.model.cluster.under_way().cloned().collect();
    under_way.iter().for_each(|app| run.model.catch_up(app));
    run.finish(&deployment, INPUTS_PER_APP.saturating_mul(under_way.len()));
    run.result(&apps)
}

/// A model, and what was seen of it.
struct Run {
    model: Model,
    placed: BTreeMap<(AppId, String), u32>,
    /// So many instances of the wanted configuration were ready last.
    reached: BTreeMap<AppId, u32>,
    /// Of apps that did not come up.
    short: BTreeMap<AppId, Shortage>,
    bounds: BTreeMap<AppId, Bounds>,
}

impl Run {
    fn new(cluster: Cluster, now: Timestamp) -> Self {
        let (placed, reached, short, bounds) = Default::default();
        Self { model: Model::new(cluster, now), placed, reached, short, bounds }
    }

    fn finish(&mut self, deployment: &DeploymentId, limit: usize) {
        for _ in 0..limit {
            if self.model.cluster.deployment(deployment).is_none_or(|deployment| deployment.ended.is_some()) {
                return;
            }
            match self.model.next() {
                Some(step) => self.note(step),
                None => return,
            }
        }
    }

    fn feed(&mut self, input: Input) {
        let step = self.model.feed(input);
        self.note(step);
    }

    /// Tasks that are as wanted from the beginning are no news later.
    fn begin(&mut self, app: &AppId) {
        let standing = self.model.cluster.standing(app, self.model.now);
        let ready = standing.iter().filter(|task| task.current && task.state == TaskState::Ready).count();
        self.reached.insert(app.clone(), u32::try_from(ready).unwrap_or(u32::MAX));
    }

    fn note(&mut self, step: Step) {
        let touched: BTreeSet<&AppId> = step.effects.iter().filter_map(touched).collect();
        touched.into_iter().for_each(|app| self.measure(app));
        for effect in step.effects {
            if let Effect::Emit(event) = effect {
                self.note_event(event.app, event.what);
            }
        }
    }

    fn measure(&mut self, app: &AppId) {
        if let Some(bounds) = self.bounds.get_mut(app) {
            let (ready, running) = self.model.cluster.counts(app, self.model.now);
            bounds.ready_min = bounds.ready_min.min(ready);
            bounds.running_max = bounds.running_max.max(running);
            bounds.ready_end = ready;
        }
    }

    fn note_event(&mut self, app: Option<AppId>, what: Happening) {
        let Some(app) = app else { return };
        if let Happening::TaskLaunched { host, .. } = what {
            *self.placed.entry((app, host)).or_default() += 1;
        } else if let Happening::RolloutProgress { ready, .. } = what {
            // Once it has failed, what goes back is no progress of the change.
            if !self.short.contains_key(&app) {
                self.reached.insert(app, ready);
            }
        } else if let Happening::RolloutFailed { reason } = what {
            let tasks = self.wanted(&app).saturating_sub(self.reached.get(&app).copied().unwrap_or(0));
            self.short.insert(app.clone(), Shortage { app, tasks, reason: plain(&reason) });
        } else if let Happening::RolloutDone = what {
            self.short.remove(&app);
        }
    }

    fn wanted(&self, app: &AppId) -> u32 {
        let record = self.model.cluster.app_record(app);
        record.and_then(|record| record.wanted()).map_or(0, |spec| spec.instances)
    }

    /// Of the apps that change; what happens to others meanwhile is not this change's doing.
    fn result(self, apps: &BTreeSet<&AppId>) -> Forecast {
        let shortages = self.short.into_values().filter(|shortage| apps.contains(&shortage.app)).collect();
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
        | Effect::RemoveVolume { .. }
        | Effect::Wake(_) => None,
    }
}

/// The cause alone: a forecast does not wait for the deadline.
fn plain(reason: &str) -> String {
    reason.split_once(": ").map_or(reason, |(_, cause)| cause).to_owned()
}
