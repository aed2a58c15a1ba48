//! Carries a plan out and holds what happens against what it told: the bounds of each app, the tasks on each
//! agent, what comes up and what does not.

use crate::case::Case;
use crate::driver::{Driver, Tempo};
use crate::order;
use ship_core::cluster::{Effect, Happening, Outcome};
use ship_core::model::{AppId, DeploymentId, Timestamp};
use ship_core::plan::{Bounds, Plan};
use std::collections::BTreeMap;
use std::time::Duration;

/// Longer than any plan takes, and longer than its failing.
const LONG: Duration = Duration::from_secs(3600);

/// Everything that did not go as told, in words.
pub(crate) fn broken(case: &Case, tempo: Tempo) -> Vec<String> {
    if case.plan.is_empty() {
        return Vec::new();
    }
    let told = |what: String| format!("{} ({tempo:?}): {what}", case.name);
    let mut driver = case.driver.clone();
    driver.tempo = tempo;
    let mut seen = Seen::new(case, &driver);
    let end = driver.now + LONG;
    let (deployment, effects) = driver.push("after", &case.after);
    seen.note(&driver, &effects);
    while has_work(&driver, &deployment, end) {
        let Some(effects) = driver.step(end) else { break };
        seen.note(&driver, &effects);
    }
    let mut broken = seen.broken;
    broken.extend(order::idle_steps(case));
    broken.extend(bounds(&case.plan, &seen.bounds, tempo));
    broken.extend(placements(&case.plan, &seen.launched, tempo));
    broken.extend(outcome(&case.plan, &driver, &deployment));
    broken.into_iter().map(told).collect()
}

fn has_work(driver: &Driver, deployment: &DeploymentId, end: Timestamp) -> bool {
    let running = |outcome: Outcome| !outcome.has_ended();
    driver.now < end && driver.cluster.deployment(deployment).is_some_and(|it| running(it.outcome))
}

/// What happened so far.
struct Seen<'a> {
    case: &'a Case,
    bounds: BTreeMap<AppId, Bounds>,
    /// By app and host.
    launched: BTreeMap<(AppId, String), u32>,
    broken: Vec<String>,
}

impl<'a> Seen<'a> {
    fn new(case: &'a Case, driver: &Driver) -> Self {
        let bounds = |app: &AppId| {
            let (ready, running) = driver.cluster.counts(app, driver.now);
            Bounds { app: app.clone(), ready_now: ready, ready_min: ready, running_max: running, ready_end: ready }
        };
        let apps = case.plan.changes.iter().map(|change| (change.app.clone(), bounds(&change.app)));
        Self { case, bounds: apps.collect(), launched: BTreeMap::new(), broken: Vec::new() }
    }

    fn note(&mut self, driver: &Driver, effects: &[Effect]) {
        for (app, bounds) in &mut self.bounds {
            let (ready, running) = driver.cluster.counts(app, driver.now);
            bounds.ready_min = bounds.ready_min.min(ready);
            bounds.running_max = bounds.running_max.max(running);
            bounds.ready_end = ready;
        }
        for effect in effects {
            let Effect::Emit(event) = effect else { continue };
            let Some(app) = event.app.as_ref().filter(|app| self.bounds.contains_key(*app)) else { continue };
            if let Happening::TaskLaunched { host, .. } = &event.what {
                *self.launched.entry((app.clone(), host.clone())).or_default() += 1;
            } else if event.what == Happening::RolloutStarted {
                self.broken.extend(order::broken_by_begin(self.case, driver, app));
            }
        }
    }
}

/// Agents that obey at once do exactly what the forecast says; others stay between its numbers.
fn bounds(plan: &Plan, seen: &BTreeMap<AppId, Bounds>, tempo: Tempo) -> Vec<String> {
    let told: BTreeMap<AppId, Bounds> =
        plan.forecast.bounds.iter().map(|bounds| (bounds.app.clone(), bounds.clone())).collect();
    let kept = |app: &AppId, seen: &Bounds| match (told.get(app), tempo) {
        (None, _) => false,
        (Some(told), Tempo::Prompt) => told == seen,
        (Some(told), Tempo::Slow(_)) => {
            told.ready_min <= seen.ready_min && seen.running_max <= told.running_max && seen.ready_end == told.ready_end
        }
    };
    let broken = seen.iter().filter(|(app, seen)| !kept(app, seen));
    broken.map(|(app, seen)| format!("told {:?}, seen {seen:?}", told.get(app))).collect()
}

/// Where tasks go is no promise to those who take their time, how many are started is.
fn placements(plan: &Plan, seen: &BTreeMap<(AppId, String), u32>, tempo: Tempo) -> Option<String> {
    let placements = &plan.forecast.placements;
    let told = placements.iter().map(|placement| ((placement.app.clone(), placement.host.clone()), placement.tasks));
    let told: BTreeMap<(AppId, String), u32> = told.collect();
    let kept = match tempo {
        Tempo::Prompt => told == *seen,
        Tempo::Slow(_) => by_app(&told) == by_app(seen),
    };
    (!kept).then(|| format!("told {told:?}, launched {seen:?}"))
}

fn by_app(launched: &BTreeMap<(AppId, String), u32>) -> BTreeMap<&AppId, u32> {
    let mut by_app = BTreeMap::new();
    for ((app, _), tasks) in launched {
        *by_app.entry(app).or_default() += tasks;
    }
    by_app
}

/// What was told to find no room is all that fails.
fn outcome(plan: &Plan, driver: &Driver, deployment: &DeploymentId) -> Option<String> {
    let outcome = driver.cluster.deployment(deployment).map(|it| (it.outcome, it.summary()));
    let told = if plan.forecast.shortages.is_empty() { Outcome::Succeeded } else { Outcome::Failed };
    match outcome {
        Some((seen, _)) if seen == told => None,
        seen => Some(format!("told {told}, seen {seen:?}")),
    }
}
