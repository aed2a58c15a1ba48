//! A plan as plain lines: the same in `shipctl plan` and in the pushing terminal.

use super::outlook::{outlook, starts};
use super::values::pair;
use super::wrap::{listed, wrap};
use super::{Action, ActionKind, AppChange, FieldChange, Forecast, Plan, Step};

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
        lines.push(change_line(change, width, &plan.forecast));
        lines.extend(change.fields.iter().flat_map(|field| field_lines(field, change.action)));
    }
    if plan.steps.len() > 1 {
        lines.push("steps:".to_owned());
        lines.extend(plan.steps.iter().enumerate().flat_map(|(index, step)| step_lines(index + 1, step)));
    }
    lines.extend(outlook(&plan.forecast));
    lines.extend(plan.warnings.iter().map(|warning| format!("warning: {}: {}", warning.app, warning.text)));
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

fn change_line(change: &AppChange, width: usize, forecast: &Forecast) -> String {
    let app = format!("{:width$}", change.app);
    let (from, to) = (change.instances_from, change.instances_to);
    let starts_tasks = starts(forecast, &change.app);
    let falls_short = forecast.shortages.iter().any(|shortage| shortage.app == change.app);
    let (sign, what) = match change.action {
        ActionKind::Create => ('+', format!("create, {}", instances(to))),
        ActionKind::Restart if only_moves(change) => ('~', "move tasks that may not stay where they are".to_owned()),
        ActionKind::Restart if from == to && !starts_tasks && !falls_short => {
            ('~', "none to start, its tasks run this already".to_owned())
        }
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
