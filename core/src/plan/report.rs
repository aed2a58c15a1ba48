//! A plan as plain lines: the same in `shipctl plan` and in the pushing terminal.

use super::values::pair;
use super::wrap::{listed, wrap};
use super::{Action, ActionKind, AppChange, FieldChange, Placement, Plan, Shortage, Step};
use crate::model::AppId;
use std::collections::BTreeMap;

/// Of an app that is spread wide, so many agents are named.
const HOSTS_SHOWN: usize = 4;

/// Head line, changes, steps, forecast. Change lines begin with `+ ~ = . -` for create, restart, scale,
/// update in place, delete.
#[must_use]
pub fn report(plan: &Plan) -> Vec<String> {
    if plan.is_empty() {
        return vec!["plan: no app changes".to_owned()];
    }
    let mut lines = vec![format!("plan {}: {}", plan.fingerprint, totals(&plan.changes))];
    let width = plan.changes.iter().map(|change| change.app.as_str().len()).max().unwrap_or(0);
    for change in &plan.changes {
        let starts_tasks = plan.forecast.placements.iter().any(|placement| placement.app == change.app);
        lines.push(change_line(change, width, starts_tasks));
        lines.extend(change.fields.iter().flat_map(|field| field_lines(field, change.action)));
    }
    if plan.steps.len() > 1 {
        lines.push("steps:".to_owned());
        lines.extend(plan.steps.iter().enumerate().flat_map(|(index, step)| step_lines(index + 1, step)));
    }
    lines.extend(forecast_lines(plan));
    lines
}

fn totals(changes: &[AppChange]) -> String {
    let kinds = [ActionKind::Create, ActionKind::Restart, ActionKind::Scale, ActionKind::Update, ActionKind::Delete];
    let count = |kind| changes.iter().filter(|change| change.action == kind).count();
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    parts.join(", ")
}

fn change_line(change: &AppChange, width: usize, starts_tasks: bool) -> String {
    let app = format!("{:width$}", change.app);
    let (from, to) = (change.instances_from, change.instances_to);
    let (sign, what) = match change.action {
        ActionKind::Create => ('+', format!("create, {}", instances(to))),
        ActionKind::Restart if only_moves(change) => ('~', "move tasks that may not stay where they are".to_owned()),
        ActionKind::Restart if from == to => ('~', format!("restart {}", instances(to))),
        ActionKind::Restart => ('~', format!("restart, instances {from} -> {to}")),
        ActionKind::Scale if from == to => ('=', "change while suspended".to_owned()),
        ActionKind::Scale => ('=', format!("scale {from} -> {to}")),
        ActionKind::Update if starts_tasks => ('.', "update in place, the change before goes on".to_owned()),
        ActionKind::Update => ('.', "update in place, no restart".to_owned()),
        ActionKind::Delete => ('-', format!("delete, {}", instances(from))),
    };
    format!("  {sign} {app}  {what}")
}

/// Only constraints changed, and some tasks break them.
fn only_moves(change: &AppChange) -> bool {
    change.instances_from == change.instances_to
        && change.fields.iter().filter(|field| field.restart).all(|field| field.field == "constraints")
}

/// Beside fields that restart tasks, those that do not are marked. The number of instances stands above.
fn field_lines(field: &FieldChange, action: ActionKind) -> Vec<String> {
    if field.field == "instances" {
        return Vec::new();
    }
    let marked = action == ActionKind::Restart && !field.restart;
    let note = if marked { " (in place)" } else { "" };
    let (from, to) = pair(&field.from, &field.to);
    wrap("      ", [format!("{} {from}", field.field), format!("-> {to}{note}")])
}

fn instances(count: u32) -> String {
    match count {
        1 => "1 instance".to_owned(),
        count => format!("{count} instances"),
    }
}

fn step_lines(number: usize, step: &Step) -> Vec<String> {
    let actions: Vec<String> = step.actions.iter().map(action_text).collect();
    wrap(&format!("  {number}. "), listed(&actions))
}

fn action_text(action: &Action) -> String {
    let verb = match action.action {
        ActionKind::Create => "start",
        ActionKind::Restart => "restart",
        ActionKind::Scale => "scale",
        ActionKind::Update => "update",
        ActionKind::Delete => "stop",
    };
    format!("{verb} {}", action.app)
}

fn forecast_lines(plan: &Plan) -> Vec<String> {
    let mut by_app: BTreeMap<&AppId, Vec<&Placement>> = BTreeMap::new();
    for placement in &plan.forecast.placements {
        by_app.entry(&placement.app).or_default().push(placement);
    }
    let heading = (!by_app.is_empty()).then(|| "forecast:".to_owned());
    let placed = by_app.into_iter().flat_map(|(app, placements)| placement_lines(app, &placements));
    let short = plan.forecast.shortages.iter().map(shortage_line);
    heading.into_iter().chain(placed).chain(short).collect()
}

fn placement_lines(app: &AppId, placements: &[&Placement]) -> Vec<String> {
    let shown = placements.iter().take(HOSTS_SHOWN);
    let mut hosts: Vec<String> = shown.map(|placement| format!("{} on {}", placement.tasks, placement.host)).collect();
    let more = placements.len().saturating_sub(HOSTS_SHOWN);
    hosts.extend((more > 0).then(|| format!("and {more} more {}", if more == 1 { "agent" } else { "agents" })));
    wrap(&format!("  {app}  "), listed(&hosts))
}

/// On one line, however long: it is passed on by itself where the plan is too long to be shown.
fn shortage_line(shortage: &Shortage) -> String {
    format!("warning: {}: {}", shortage.app, shortage.reason)
}
