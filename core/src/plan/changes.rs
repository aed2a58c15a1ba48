//! What a new desired state changes: per app, and in which steps.

use super::depend::{dependants, dependencies, depths};
use super::{Action, ActionKind, AppChange, FieldChange, Step};
use crate::diff;
use crate::model::{AppId, AppSpec, Wanted};
use imbl::ordmap::DiffItem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Every app that differs, by id. `breaks_constraints` tells whether a running task stands where the new
/// definition does not allow it. Costs what differs, not what there is.
pub(crate) fn changes(
    from: &Wanted,
    to: &Wanted,
    mut breaks_constraints: impl FnMut(&AppSpec) -> bool,
) -> Vec<AppChange> {
    from.apps
        .diff(&to.apps)
        .filter_map(|item| match item {
            DiffItem::Add(_, spec) => Some(created(spec)),
            DiffItem::Remove(_, spec) => Some(deleted(spec)),
            DiffItem::Update { old: (_, old), new: (_, new) } => changed(old, new, breaks_constraints(new)),
        })
        .collect()
}

fn created(spec: &Arc<AppSpec>) -> AppChange {
    AppChange {
        app: spec.id.clone(),
        kind: spec.kind(),
        action: ActionKind::Create,
        instances_from: 0,
        instances_to: spec.instances,
        fields: Vec::new(),
    }
}

fn deleted(spec: &Arc<AppSpec>) -> AppChange {
    AppChange {
        app: spec.id.clone(),
        kind: spec.kind(),
        action: ActionKind::Delete,
        instances_from: spec.instances,
        instances_to: 0,
        fields: Vec::new(),
    }
}

fn changed(old: &AppSpec, new: &AppSpec, breaks_constraints: bool) -> Option<AppChange> {
    let difference = diff::diff(old, new)?;
    let moves = breaks_constraints && old.constraints != new.constraints && new.instances > 0;
    let mark =
        |field: FieldChange| FieldChange { restart: field.restart || (moves && field.field == "constraints"), ..field };
    Some(AppChange {
        app: new.id.clone(),
        kind: new.kind(),
        action: if moves { ActionKind::Restart } else { difference.action },
        instances_from: old.instances,
        instances_to: new.instances,
        fields: difference.fields.into_iter().map(mark).collect(),
    })
}

/// Orders changes as they may begin: what is depended on first, side by side what does not wait for each other;
/// stops last and the other way round (marathon-v2, section 5.1, but for the stops, which it puts first). What
/// changes in place waits for nothing, and nothing waits for it.
pub(crate) fn steps(from: &Wanted, to: &Wanted, changes: &[AppChange]) -> Vec<Step> {
    let (stops, starts): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.action == ActionKind::Delete);
    let waiting = starts.iter().filter(|change| change.action != ActionKind::Update);
    let up = depths(&apps(waiting.copied()), |app| dependencies(to, app));
    let stopped = apps(stops.iter().copied());
    let dependants = dependants(from, &stopped);
    let down = depths(&stopped, |app| dependants.get(app).cloned().unwrap_or_default());
    by_depth(&starts, &up).chain(by_depth(&stops, &down)).collect()
}

fn apps<'a>(changes: impl Iterator<Item = &'a AppChange>) -> BTreeSet<AppId> {
    changes.map(|change| change.app.clone()).collect()
}

fn by_depth(changes: &[&AppChange], depths: &BTreeMap<AppId, usize>) -> impl Iterator<Item = Step> + use<> {
    let mut steps: BTreeMap<usize, Step> = BTreeMap::new();
    for change in changes {
        let instances = match change.action {
            ActionKind::Delete => change.instances_from,
            ActionKind::Create | ActionKind::Restart | ActionKind::Scale | ActionKind::Update => change.instances_to,
        };
        let action = Action { app: change.app.clone(), kind: change.kind, action: change.action, instances };
        let depth = depths.get(&change.app).copied().unwrap_or_default();
        steps.entry(depth).or_default().actions.push(action);
    }
    steps.into_values()
}

/// The step, from 0, in which each app is changed.
pub(crate) fn step_of(steps: &[Step]) -> BTreeMap<AppId, usize> {
    steps
        .iter()
        .enumerate()
        .flat_map(|(step, of)| of.actions.iter().map(move |action| (action.app.clone(), step)))
        .collect()
}
