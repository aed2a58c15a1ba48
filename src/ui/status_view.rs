//! `status` for people: the commit, the apps and what holds them up, the machines.

use super::agent_view::total;
use super::columns::Columns;
use super::deployment_view::{by_text, outcome_style, ways};
use super::log_view::short_name;
use super::moments::{ago_text, span_text};
use super::style::{BAD, BUSY, FAINT, GOOD, PLAIN, Painted, paint};
use anstyle::Style;
use ship_core::cluster::{Deployment, Outcome};
use ship_core::model::{CheckResult, Timestamp};
use ship_core::protocol::{AgentView, AppView, DeploymentView, SourceView, Status, TaskView};

/// The lines of `status`; `tasks` adds every task of the apps shown and leaves out the rest.
pub(crate) fn status_lines(status: &Status, tasks: bool, now: Timestamp) -> Vec<String> {
    let mut lines = source_lines(&status.source);
    lines
        .extend(deployments_that_matter(&status.deployments).filter_map(|deployment| deployment_line(deployment, now)));
    let mut section = |section: Vec<String>| {
        lines.push(String::new());
        lines.extend(section);
    };
    section(app_lines(&status.apps));
    if tasks {
        status.apps.iter().filter_map(service_ports).for_each(|line| section(vec![line]));
        for app in status.apps.iter().filter(|app| !app.tasks.is_empty()) {
            section(task_lines(&app.tasks, now));
        }
    } else {
        section(agent_lines(&status.agents));
    }
    lines
}

fn source_lines(source: &SourceView) -> Vec<String> {
    let commit = match &source.commit {
        Some(commit) => {
            format!("commit {}  {} {}", commit.id.short(), commit.subject, paint(by_text(commit), FAINT))
        }
        None => "no commit yet: push one, or try `shipctl init`".to_owned(),
    };
    let problem = source.problem.as_ref().map(|problem| format!("{} {problem}", paint("problem:", BAD)));
    std::iter::once(commit).chain(problem).collect()
}

/// Those that are the last word on one of their apps.
fn deployments_that_matter(newest_first: &[DeploymentView]) -> impl Iterator<Item = &Deployment> {
    let deployments = newest_first.iter().map(|view| &view.deployment).enumerate();
    deployments.filter(|(place, deployment)| matters(deployment, &newest_first[..*place])).map(|(_, known)| known)
}

/// A commit that takes the deployment back is no further word.
fn matters(deployment: &Deployment, newer: &[DeploymentView]) -> bool {
    let overtakes =
        |newer: &Deployment, app| newer.apps.contains_key(app) && newer.commit.reverts.as_ref() != Some(&deployment.id);
    let stands = |app| !newer.iter().any(|view| overtakes(&view.deployment, app));
    deployment.apps.is_empty() || deployment.apps.keys().any(stands)
}

/// Only what is under way or went wrong is worth a line.
fn deployment_line(deployment: &Deployment, now: Timestamp) -> Option<String> {
    let ended = deployment.apps.values().filter(|rollout| rollout.state.has_ended()).count();
    let id = deployment.commit.id.short();
    match deployment.outcome {
        Outcome::Running => {
            let span = span_text(now.since(deployment.started));
            Some(format!(
                "{} {id}  {ended} of {} apps done, for {span}",
                paint("rolling out", BUSY),
                deployment.apps.len()
            ))
        }
        Outcome::Failed | Outcome::Reverted | Outcome::Cancelled => {
            let ago = ago_text(deployment.ended.unwrap_or(deployment.started), now);
            let outcome = paint(deployment.outcome, outcome_style(deployment.outcome));
            Some(format!("{outcome} {id}  {ago}: {}", deployment.summary()))
        }
        Outcome::Succeeded | Outcome::Superseded => None,
    }
}

fn app_lines(apps: &[AppView]) -> Vec<String> {
    if apps.is_empty() {
        return vec!["no apps".to_owned()];
    }
    let mut table = Columns::new(["APP", "STATE", "TASKS", "IMAGE"]);
    for app in apps {
        let cells = [
            paint(app.id.to_string(), PLAIN),
            paint(app.state.clone(), app_style(&app.state)),
            paint(counts(app), PLAIN),
            paint(app.image.clone(), FAINT),
        ];
        table.row(cells, app.reason.clone().map(|reason| paint(reason, app_style(&app.state))));
    }
    table.lines()
}

/// What load balancers listen on, port by port; nothing if the app has no ports.
fn service_ports(app: &AppView) -> Option<String> {
    let number = |port: &u16| if *port == 0 { "none left".to_owned() } else { port.to_string() };
    let numbers: Vec<String> = app.service_ports.iter().map(number).collect();
    (!numbers.is_empty()).then(|| format!("service ports  {}", numbers.join(", ")))
}

/// `1/4`, and what of the tasks is not simply running: `1/4 (2 old)`.
fn counts(app: &AppView) -> String {
    let parts = [(app.staging, "starting"), (app.unhealthy, "unhealthy"), (app.old, "old")];
    let words: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let counts = format!("{}/{}", app.running, app.instances);
    if words.is_empty() { counts } else { format!("{counts} ({})", words.join(", ")) }
}

/// What helps the first app whose change was given up.
pub(crate) fn status_hints(apps: &[AppView], command: impl Fn(&str) -> String) -> Vec<String> {
    match apps.iter().find(|app| matches!(app.state.as_str(), "held" | "cancelled")) {
        Some(app) => ways(app.id.as_str(), &app.id, command),
        None => Vec::new(),
    }
}

fn task_lines(tasks: &[TaskView], now: Timestamp) -> Vec<String> {
    let check_title = if tasks.iter().any(|task| task.check.is_some()) { "CHECK" } else { "" };
    let mut table = Columns::new(["TASK", "STATE", "HOST", "PORTS", "FOR", check_title]);
    for task in tasks {
        let state = if task.current { task.state.clone() } else { format!("{} (old)", task.state) };
        let ports: Vec<String> = task.ports.iter().map(u16::to_string).collect();
        let cells = [
            paint(short_name(&task.id), PLAIN),
            paint(state, task_style(task)),
            paint(task.host.clone(), PLAIN),
            paint(ports.join(" "), PLAIN),
            paint(span_text(now.since(task.since)), FAINT),
            task.check.as_ref().map_or_else(|| paint(String::new(), PLAIN), check_cell),
        ];
        table.row(cells, None);
    }
    table.lines()
}

/// What an informing check found. It decides nothing.
fn check_cell(found: &CheckResult) -> Painted<String> {
    let (text, good) = match found {
        CheckResult::Http { status_code: Some(code) } => (format!("HTTP {code}"), (200..400).contains(code)),
        CheckResult::Http { status_code: None } | CheckResult::Tcp { succeeded: false } => {
            ("no answer".to_owned(), false)
        }
        CheckResult::Tcp { succeeded: true } => ("answers".to_owned(), true),
        CheckResult::Command { exit_code: Some(code) } => (format!("exit {code}"), *code == 0),
        CheckResult::Command { exit_code: None } => ("did not end".to_owned(), false),
    };
    paint(text, if good { GOOD } else { BAD })
}

fn agent_lines(agents: &[AgentView]) -> Vec<String> {
    if agents.is_empty() {
        return vec![format!("{}", paint("no agent has joined: nothing can run", BAD))];
    }
    let mut table = Columns::new(["AGENT", "TASKS", "CPUS", "MEM MiB", "STATE"]);
    for agent in agents {
        let up = agent.state == "up";
        let cells = [
            paint(agent.hostname.clone(), PLAIN),
            paint(agent.tasks.to_string(), PLAIN),
            share(agent.used.cpus, total(agent).cpus),
            share(agent.used.mem, total(agent).mem),
            paint(agent.state.clone(), if up { GOOD } else { BAD }),
        ];
        table.row(cells, None);
    }
    table.lines()
}

fn share(used: impl std::fmt::Display, all: impl std::fmt::Display) -> Painted<String> {
    paint(format!("{used}/{all}"), PLAIN)
}

fn app_style(state: &str) -> Style {
    match state {
        "running" => GOOD,
        "failed" | "held" | "reverting" => BAD,
        "suspended" => FAINT,
        _ => BUSY,
    }
}

fn task_style(task: &TaskView) -> Style {
    match task.state.as_str() {
        "running" | "healthy" if task.current => GOOD,
        "unhealthy" => BAD,
        _ => BUSY,
    }
}
