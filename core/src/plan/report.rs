//! A plan as plain lines: the same in `shipctl plan` and in the pushing terminal.

use super::{Action, ActionKind, AppChange, FieldChange, Plan, Step};
use serde_json::Value;

/// Values longer than this are shown by their beginning.
const VALUE_WIDTH: usize = 40;
/// In a terminal behind `remote: ` so many columns are left.
const WIDTH: usize = 72;

/// Head line, changes, steps, forecast. Change lines begin with `+ ~ = . -` for create, restart, scale,
/// update in place, delete.
#[must_use]
pub fn report(plan: &Plan) -> Vec<String> {
    if plan.is_empty() {
        return vec!["plan: no app changes".to_owned()];
    }
    let mut lines = vec![format!("plan {}: {}", plan.fingerprint, totals(&plan.changes))];
    let width = plan.changes.iter().map(|change| change.app.as_str().len()).max().unwrap_or(0);
    lines.extend(plan.changes.iter().flat_map(|change| change_lines(change, width)));
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

fn change_lines(change: &AppChange, width: usize) -> Vec<String> {
    let app = format!("{:width$}", change.app);
    let (from, to) = (change.instances_from, change.instances_to);
    let (sign, what) = match change.action {
        ActionKind::Create => ('+', format!("create, {}", instances(to))),
        ActionKind::Restart if from == to => ('~', format!("restart {}", instances(to))),
        ActionKind::Restart => ('~', format!("restart, instances {from} -> {to}")),
        ActionKind::Scale => ('=', format!("scale {from} -> {to}")),
        ActionKind::Update => ('.', "update in place, no restart".to_owned()),
        ActionKind::Delete => ('-', format!("delete, {}", instances(from))),
    };
    let fields = change.fields.iter().filter(|field| field.field != "instances");
    std::iter::once(format!("  {sign} {app}  {what}")).chain(fields.map(field_line)).collect()
}

fn field_line(field: &FieldChange) -> String {
    let note = if field.restart { "" } else { " (in place)" };
    format!("      {} {} -> {}{note}", field.field, short(&field.from), short(&field.to))
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    match text.char_indices().nth(VALUE_WIDTH) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

fn instances(count: u32) -> String {
    match count {
        1 => "1 instance".to_owned(),
        count => format!("{count} instances"),
    }
}

fn step_lines(number: usize, step: &Step) -> Vec<String> {
    let lead = format!("  {number}. ");
    let mut lines = Vec::new();
    let mut line = lead.clone();
    for (index, action) in step.actions.iter().enumerate() {
        let separator = if index + 1 < step.actions.len() { ", " } else { "" };
        let text = format!("{}{separator}", action_text(action));
        if line.len() > lead.len() && line.len() + text.trim_end().len() > WIDTH {
            lines.push(line.trim_end().to_owned());
            line = " ".repeat(lead.len());
        }
        line.push_str(&text);
    }
    lines.push(line);
    lines
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
    let placed = plan.forecast.placements.iter().map(|placement| {
        let tasks = if placement.tasks == 1 { "task" } else { "tasks" };
        format!("  {}: {} {tasks} to {}", placement.app, placement.tasks, placement.host)
    });
    let short =
        plan.forecast.shortages.iter().map(|shortage| format!("warning: {}: {}", shortage.app, shortage.reason));
    let mut lines: Vec<String> = placed.collect();
    if !lines.is_empty() {
        lines.insert(0, "forecast:".to_owned());
    }
    lines.extend(short);
    lines
}
