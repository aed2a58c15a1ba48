//! Who waits for whom: what a plan's steps say, and what happens.

use crate::case::Case;
use crate::driver::Driver;
use ship_core::model::{AppId, DeploymentId, Wanted};
use ship_core::plan::{self, ActionKind, Step};
use std::collections::BTreeSet;

/// What began too early, now that this app begins: what is depended on comes first, stops come last and the
/// other way round.
pub(crate) fn broken_by_begin(case: &Case, driver: &Driver, app: &AppId) -> Vec<String> {
    let change = case.plan.changes.iter().find(|change| change.app == *app);
    match change.map(|change| change.action) {
        Some(ActionKind::Delete) => broken_by_stop(case, driver, app),
        Some(ActionKind::Create | ActionKind::Restart | ActionKind::Scale) => broken_by_start(case, driver, app),
        // Nothing of it can be noticed by those it depends on.
        Some(ActionKind::Update) => Vec::new(),
        None => vec![format!("{app} began, and the plan does not know of it")],
    }
}

fn broken_by_start(case: &Case, driver: &Driver, app: &AppId) -> Vec<String> {
    let needs = needs(&case.after, app);
    let changed = case.plan.changes.iter().map(|change| &change.app).filter(|app| needs.contains(*app));
    let is_up = |app: &AppId| {
        let view = driver.cluster.app_views(driver.now, Some(app)).pop().expect("it is wanted");
        let (ready, _) = driver.cluster.counts(app, driver.now);
        view.old == 0 && ready >= view.instances
    };
    changed.filter(|needed| !is_up(needed)).map(|needed| format!("{app} began before {needed} was up")).collect()
}

fn broken_by_stop(case: &Case, driver: &Driver, app: &AppId) -> Vec<String> {
    let missing = |other: &AppId, action: ActionKind| match action {
        ActionKind::Delete => {
            let needs_it = needs(&case.before, other).contains(app);
            (needs_it && driver.cluster.spec(other).is_some()).then_some("gone")
        }
        ActionKind::Create | ActionKind::Restart | ActionKind::Scale => (!is_over(driver, other)).then_some("up"),
        ActionKind::Update => None,
    };
    let missing =
        case.plan.changes.iter().filter_map(|change| Some((&change.app, missing(&change.app, change.action)?)));
    missing.map(|(other, state)| format!("{app} began to stop before {other} was {state}")).collect()
}

/// The app's part of the newest deployment has ended, or finds no room: then a stop may make some.
fn is_over(driver: &Driver, app: &AppId) -> bool {
    let newest = driver.cluster.commit().map(|commit| DeploymentId::new(commit.id.as_str()));
    let deployment = newest.and_then(|id| driver.cluster.deployment(&id).cloned());
    let ended = deployment.and_then(|it| it.apps.get(app).map(|rollout| rollout.state.has_ended()));
    let view = driver.cluster.app_views(driver.now, Some(app)).pop();
    let reason = view.and_then(|view| view.reason).unwrap_or_default();
    ended.unwrap_or(true) || ["nowhere", "no room"].iter().any(|text| reason.contains(text))
}

/// Actions that wait for nothing in the step before theirs, and so could be in that one.
pub(crate) fn idle_steps(case: &Case) -> Vec<String> {
    let stops = |step: &Step| step.actions.iter().all(|action| action.action == ActionKind::Delete);
    let waits = |app: &AppId, before: &Step| {
        let links = |other: &AppId| match stops(before) {
            true => needs(&case.before, other).contains(app),
            false => needs(&case.after, app).contains(other),
        };
        before.actions.iter().any(|action| links(&action.app))
    };
    let pairs = case.plan.steps.windows(2).filter(|pair| stops(&pair[0]) == stops(&pair[1]));
    pairs
        .flat_map(|pair| pair[1].actions.iter().filter(|action| !waits(&action.app, &pair[0])))
        .map(|action| format!("{} waits for nothing in the step before its own", action.app))
        .collect()
}

/// All that an app depends on, by however many apps in between.
fn needs(wanted: &Wanted, app: &AppId) -> BTreeSet<AppId> {
    let mut found = plan::dependencies(wanted, app);
    let mut todo: Vec<AppId> = found.iter().cloned().collect();
    while let Some(next) = todo.pop() {
        let further = plan::dependencies(wanted, &next);
        todo.extend(further.into_iter().filter(|app| found.insert(app.clone())));
    }
    found
}
