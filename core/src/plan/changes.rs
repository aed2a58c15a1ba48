//! What a new desired state changes: per app, and in which steps.

use super::depend::depths;
use super::{Action, ActionKind, AppChange, FieldChange, Step};
use crate::diff;
use crate::model::{AppId, AppSpec, Wanted};
use imbl::ordmap::DiffItem;
use std::cmp::Reverse;
use std::collections::BTreeMap;
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
        action: ActionKind::Create,
        instances_from: 0,
        instances_to: spec.instances,
        fields: Vec::new(),
    }
}

fn deleted(spec: &Arc<AppSpec>) -> AppChange {
    AppChange {
        app: spec.id.clone(),
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
        action: if moves { ActionKind::Restart } else { difference.action },
        instances_from: old.instances,
        instances_to: new.instances,
        fields: difference.fields.into_iter().map(mark).collect(),
    })
}

/// Orders changes: what is depended on first, apps of equal depth side by side, stops last and the other
/// way round (marathon-v2, section 5.1, but for the stops, which it puts first).
pub(crate) fn steps(from: &Wanted, to: &Wanted, changes: &[AppChange]) -> Vec<Step> {
    let (stops, starts): (Vec<_>, Vec<_>) = changes.iter().partition(|change| change.action == ActionKind::Delete);
    let up = by_depth(to, &starts).into_values();
    let down = by_depth(from, &stops).into_iter().map(|(depth, step)| (Reverse(depth), step));
    let down: BTreeMap<_, _> = down.collect();
    up.chain(down.into_values()).collect()
}

fn by_depth(wanted: &Wanted, changes: &[&AppChange]) -> BTreeMap<usize, Step> {
    let depths = depths(wanted, changes.iter().map(|change| change.app.clone()));
    let mut steps: BTreeMap<usize, Step> = BTreeMap::new();
    for change in changes {
        let instances = match change.action {
            ActionKind::Delete => change.instances_from,
            ActionKind::Create | ActionKind::Restart | ActionKind::Scale | ActionKind::Update => change.instances_to,
        };
        let action = Action { app: change.app.clone(), action: change.action, instances };
        steps.entry(depths[&change.app]).or_default().actions.push(action);
    }
    steps
}

/// The step, from 0, in which each app is changed.
pub(crate) fn step_of(steps: &[Step]) -> BTreeMap<AppId, usize> {
    steps
        .iter()
        .enumerate()
        .flat_map(|(step, of)| of.actions.iter().map(move |action| (action.app.clone(), step)))
        .collect()
}
