//! Agents for people: a table of all, or one in full.

use super::columns::Columns;
use super::count_text;
use super::log_view::short_name;
use super::moments::{ago_text, span_text};
use super::style::{BAD, BUSY, FAINT, GOOD, HEADER, PLAIN, paint};
use anstyle::Style;
use ship_core::cluster::Drain;
use ship_core::model::{AppId, Attribute, Resources, Timestamp};
use ship_core::protocol::{AgentDetail, AgentView, StandingTask};
use std::collections::BTreeMap;

/// Longer attributes are cut in the table; `agent show` has them in full.
const ATTRIBUTES_WIDTH: usize = 40;
/// Of an agent with tasks of more apps, so many are named.
const LEFT_SHOWN: usize = 4;

pub(crate) fn agent_table(agents: &[AgentView]) -> Vec<String> {
    let mut table =
        Columns::new(["AGENT", "STATE", "CPUS", "MEM MiB", "DISK MiB", "GPUS", "TASKS", "ZONE", "ATTRIBUTES"]);
    let some_gpus = agents.iter().any(|agent| total(agent).gpus > 0);
    let mut by_name: Vec<&AgentView> = agents.iter().collect();
    by_name.sort_by_key(|agent| &agent.hostname);
    for agent in by_name {
        let (used, all) = (agent.used, total(agent));
        let gpus = if some_gpus { share(used.gpus, all.gpus) } else { String::new() };
        let cells = [
            paint(agent.hostname.clone(), PLAIN),
            paint(agent.state.clone(), state_style(&agent.state)),
            paint(share(used.cpus, all.cpus), PLAIN),
            paint(share(used.mem, all.mem), PLAIN),
            paint(share(used.disk, all.disk), PLAIN),
            paint(gpus, PLAIN),
            paint(agent.tasks.to_string(), PLAIN),
            paint(agent.zone.clone().unwrap_or_default(), PLAIN),
            paint(cut(&attributes_text(&agent.attributes)), FAINT),
        ];
        table.row(cells, None);
    }
    table.without_empty().lines()
}

pub(crate) fn agent_lines(detail: &AgentDetail, now: Timestamp) -> Vec<String> {
    let agent = &detail.agent;
    let mut lines = vec![format!(
        "{}  {}  {}",
        paint(&agent.hostname, HEADER),
        paint(&agent.state, state_style(&agent.state)),
        paint(&agent.id, FAINT)
    )];
    let mut fact = |name: &str, text: String| {
        if !text.is_empty() {
            lines.push(format!("  {name:<11} {text}"));
        }
    };
    fact("in use", resources_text(agent.used, total(agent)));
    for (role, kept) in &agent.reserved {
        fact("kept", format!("for role {role}: {}", amounts_text(*kept)));
    }
    fact("ports", agent.ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    fact("region", agent.region.clone().unwrap_or_default());
    fact("zone", agent.zone.clone().unwrap_or_default());
    fact("attributes", attributes_text(&agent.attributes));
    fact("drain", agent.drain.map(|drain| drain_text(drain, now)).unwrap_or_default());
    lines.push(String::new());
    let elsewhere = if agent.drain.is_some() { "to move" } else { "old" };
    lines.extend(task_lines(&detail.standing, elsewhere, now));
    lines
}

/// Since when it is emptied, and what becomes of what is left.
fn drain_text(drain: Drain, now: Timestamp) -> String {
    let begun = format!("asked for {}", ago_text(drain.since, now));
    match (drain.drained, drain.deadline) {
        (Some(at), _) => format!("{begun}, empty since {}", span_text(now.since(at))),
        (None, None) => format!("{begun}, no deadline: what fits nowhere else stays"),
        (None, Some(at)) if at <= now => format!("{begun}, its deadline has passed: what is left is being stopped"),
        (None, Some(at)) => format!("{begun}, what is left is stopped in {}", span_text(at.since(now))),
    }
}

/// What is still on an agent that is being emptied.
pub(crate) fn left_line(detail: &AgentDetail) -> String {
    let mut apps: BTreeMap<&AppId, u32> = BTreeMap::new();
    for task in &detail.standing {
        *apps.entry(&task.app).or_default() += 1;
    }
    let host = &detail.agent.hostname;
    let more = apps.len().saturating_sub(LEFT_SHOWN);
    let named = apps.into_iter().take(LEFT_SHOWN).map(|(app, tasks)| format!("{tasks} of {app}"));
    let named: Vec<String> = named.chain((more > 0).then(|| format!("and of {more} more apps"))).collect();
    match detail.standing.len() {
        0 => format!("{host}: no tasks left"),
        left => format!("{host}: {} left ({})", count_text(left, "task"), named.join(", ")),
    }
}

/// `elsewhere` says of tasks that are not as wanted what is to become of them.
fn task_lines(standing: &[StandingTask], elsewhere: &str, now: Timestamp) -> Vec<String> {
    if standing.is_empty() {
        return vec!["no tasks".to_owned()];
    }
    let mut table = Columns::new(["APP", "TASK", "STATE", "PORTS", "FOR"]);
    for StandingTask { app, task } in standing {
        let remark = if task.current { String::new() } else { format!(" ({elsewhere})") };
        let ports: Vec<String> = task.ports.iter().map(u16::to_string).collect();
        let cells = [
            paint(app.to_string(), PLAIN),
            paint(short_name(&task.id), PLAIN),
            paint(format!("{}{remark}", task.state), task_style(&task.state)),
            paint(ports.join(" "), PLAIN),
            paint(span_text(now.since(task.since)), FAINT),
        ];
        table.row(cells, None);
    }
    table.lines()
}

/// Reserved shares included: what is in use may come out of them.
pub(super) fn total(agent: &AgentView) -> Resources {
    agent.reserved.values().fold(agent.resources, |sum, share| sum + *share)
}

fn share(used: impl std::fmt::Display, all: impl std::fmt::Display) -> String {
    format!("{used}/{all}")
}

fn resources_text(used: Resources, all: Resources) -> String {
    let pairs = used.amounts().into_iter().zip(all.amounts());
    let told = pairs.filter(|(_, (_, all))| !all.is_zero());
    told.map(|((resource, used), (_, all))| format!("{used}/{all}{} {resource}", resource.unit()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn amounts_text(kept: Resources) -> String {
    let told = kept.amounts().into_iter().filter(|(_, amount)| !amount.is_zero());
    told.map(|(resource, amount)| format!("{amount}{} {resource}", resource.unit())).collect::<Vec<_>>().join(", ")
}

fn attributes_text(attributes: &BTreeMap<String, Attribute>) -> String {
    attributes.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

fn cut(text: &str) -> String {
    if text.chars().count() <= ATTRIBUTES_WIDTH {
        return text.to_owned();
    }
    text.chars().take(ATTRIBUTES_WIDTH - 2).chain("..".chars()).collect()
}

/// Of an agent: up, on its way out, or with something wrong.
fn state_style(state: &str) -> Style {
    match state {
        "up" => GOOD,
        "draining" | "drained" => BUSY,
        _ => BAD,
    }
}

fn task_style(state: &str) -> Style {
    match state {
        "running" | "healthy" => GOOD,
        "unhealthy" => BAD,
        _ => BUSY,
    }
}
