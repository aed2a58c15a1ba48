//! Deployments for people: many as a table, one in full, and what can be done about one that went wrong.

use super::columns::Columns;
use super::moments::{ago_text, took_text};
use super::style::{BAD, BUSY, FAINT, GOOD, PLAIN, paint};
use anstyle::Style;
use ship_core::cluster::{Commit, Deployment, Outcome, Rollout, RolloutState};
use ship_core::model::{AppId, Timestamp};
use ship_core::protocol::DeploymentView;

pub(crate) fn deployment_table(deployments: &[DeploymentView], now: Timestamp) -> Vec<String> {
    let mut table = Columns::new(["ID", "STATE", "STARTED", "TOOK", "APPS", "AUTHOR", "SUBJECT"]);
    for DeploymentView { deployment } in deployments {
        let commit = &deployment.commit;
        let cells = [
            paint(commit.id.short().to_owned(), PLAIN),
            paint(deployment.outcome.to_string(), outcome_style(deployment.outcome)),
            paint(ago_text(deployment.started, now), PLAIN),
            paint(took(Some(deployment.started), deployment.ended), PLAIN),
            paint(apps_text(deployment.apps.keys()), PLAIN),
            paint(author_name(&commit.author).to_owned(), FAINT),
            paint(commit.subject.clone(), PLAIN),
        ];
        table.row(cells, None);
    }
    table.lines()
}

pub(crate) fn deployment_lines(deployment: &Deployment, now: Timestamp) -> Vec<String> {
    let commit = &deployment.commit;
    let outcome = paint(deployment.outcome, outcome_style(deployment.outcome));
    let span = match deployment.ended {
        Some(_) => format!(", took {}", took(Some(deployment.started), deployment.ended)),
        None => String::new(),
    };
    let mut lines = vec![
        format!("deployment {}  {outcome}", deployment.id),
        format!("commit {}  {} {}", commit.id.short(), commit.subject, paint(by_text(commit), FAINT)),
        format!("started {}{span}", ago_text(deployment.started, now)),
    ];
    if let Some(id) = &commit.reverts {
        lines.push(format!("takes back deployment {id}"));
    }
    lines.push(String::new());
    lines.extend(rollout_table(deployment));
    lines
}

fn rollout_table(deployment: &Deployment) -> Vec<String> {
    let mut rollouts: Vec<(&AppId, &Rollout)> = deployment.apps.iter().collect();
    rollouts.sort_by_key(|(_, rollout)| rollout.step);
    let mut table = Columns::new(["STEP", "APP", "ACTION", "STATE", "BEGAN", "TOOK"]);
    for (app, rollout) in rollouts {
        let (word, reason, style) = state_words(&rollout.state);
        let began = rollout.began.map(|began| format!("+{:.1}s", began.since(deployment.started).as_secs_f64()));
        let cells = [
            paint((rollout.step + 1).to_string(), PLAIN),
            paint(app.to_string(), PLAIN),
            paint(rollout.action.to_string(), PLAIN),
            paint(word.to_owned(), style),
            paint(began.unwrap_or_default(), PLAIN),
            paint(took(rollout.began, rollout.ended), PLAIN),
        ];
        table.row(cells, reason.map(|reason| paint(reason, style)));
    }
    table.lines()
}

/// What can be done about a deployment of which something was given up; `command` writes it for the same
/// cluster.
pub(crate) fn ways_on(deployment: &Deployment, command: impl Fn(&str) -> String) -> Vec<String> {
    let given_up = |state: &RolloutState| matches!(state, RolloutState::Failed { .. } | RolloutState::Cancelled);
    let Some((app, _)) = deployment.apps.iter().find(|(_, rollout)| given_up(&rollout.state)) else {
        return Vec::new();
    };
    ways(deployment.commit.id.short(), app, command)
}

pub(super) fn ways(what: &str, app: &AppId, command: impl Fn(&str) -> String) -> Vec<String> {
    vec![
        format!("try again: {}", command(&format!("resume {what}"))),
        format!("go back: {}", command(&format!("rollback {app}"))),
    ]
}

/// `(Dev)` of `Dev <dev@example.com>`.
pub(super) fn by_text(commit: &Commit) -> String {
    format!("({})", author_name(&commit.author))
}

/// `Dev` of `Dev <dev@example.com>`.
pub(super) fn author_name(author: &str) -> &str {
    author.split(" <").next().unwrap_or(author)
}

/// The first, and how many more there are.
pub(super) fn apps_text<'a>(apps: impl ExactSizeIterator<Item = &'a AppId>) -> String {
    let more = apps.len().saturating_sub(1);
    let first = apps.into_iter().next().map(AppId::to_string).unwrap_or_default();
    if more == 0 { first } else { format!("{first} +{more}") }
}

pub(super) fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Running | Outcome::Cancelled => BUSY,
        Outcome::Succeeded => GOOD,
        Outcome::Failed | Outcome::Reverted => BAD,
        Outcome::Superseded => FAINT,
    }
}

fn took(began: Option<Timestamp>, ended: Option<Timestamp>) -> String {
    let span = began.zip(ended).map(|(began, ended)| took_text(ended.since(began)));
    span.unwrap_or_default()
}

fn state_words(state: &RolloutState) -> (&'static str, Option<String>, Style) {
    match state {
        RolloutState::Waiting => ("waiting", None, FAINT),
        RolloutState::Rolling => ("rolling out", None, BUSY),
        RolloutState::Done => ("done", None, GOOD),
        RolloutState::Failed { reason } => ("failed", Some(reason.clone()), BAD),
        RolloutState::Superseded => ("superseded", None, FAINT),
        RolloutState::Reverting { reason } => ("reverting", Some(reason.clone()), BAD),
        RolloutState::Reverted { reason, by } => {
            ("reverted", Some(format!("{reason}; taken back by commit {}", by.short())), BAD)
        }
        RolloutState::Cancelled => ("cancelled", None, BUSY),
    }
}
