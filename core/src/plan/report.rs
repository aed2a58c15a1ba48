//! A plan as plain lines: the same in `shipctl plan` and in the pushing terminal.

use super::{Action, ActionKind, AppChange, FieldChange, Placement, Plan, Step};
use crate::model::AppId;
use serde_json::Value;
use std::collections::BTreeMap;

/// Values longer than this are shown by their beginning.
const VALUE_WIDTH: usize = 40;
/// In a terminal behind `remote: ` so many columns are left.
const WIDTH: usize = 72;
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
    let mut by_app: BTreeMap<&AppId, Vec<&Placement>> = BTreeMap::new();
    for placement in &plan.forecast.placements {
        by_app.entry(&placement.app).or_default().push(placement);
    }
    let heading = (!by_app.is_empty()).then(|| "forecast:".to_owned());
    let placed = by_app.into_iter().map(|(app, placements)| format!("  {app}  {}", hosts(&placements)));
    let short =
        plan.forecast.shortages.iter().map(|shortage| format!("warning: {}: {}", shortage.app, shortage.reason));
    heading.into_iter().chain(placed).chain(short).collect()
}

fn hosts(placements: &[&Placement]) -> String {
    let shown =
        placements.iter().take(HOSTS_SHOWN).map(|placement| format!("{} on {}", placement.tasks, placement.host));
    let more = placements.len().saturating_sub(HOSTS_SHOWN);
    let more = (more > 0).then(|| format!("and {more} more agents"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}
