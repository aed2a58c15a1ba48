//! One line for each event: when, in which deployment, of which app, what.

use super::deployment_view::outcome_style;
use super::log_view::short_name;
use super::style::{BAD, BUSY, FAINT, GOOD, PLAIN, paint};
use anstyle::Style;
use ship_core::cluster::{Event, Happening};
use ship_core::model::{AppId, CommitId};

pub(crate) fn event_line(event: &Event) -> String {
    let deployment = event.deployment.as_ref().map(|id| CommitId::new(id.as_str()));
    let deployment = deployment.as_ref().map_or("-", CommitId::short);
    let app = event.app.as_ref().map_or("-", AppId::as_str);
    let (text, style) = words(&event.what);
    let (text, moment) = (text.replace(['\n', '\r'], " "), event.at.rfc3339());
    format!("{} {} {app} {}", paint(moment, FAINT), paint(deployment, FAINT), paint(text, style))
}

fn words(what: &Happening) -> (String, Style) {
    match what {
        Happening::DeploymentStarted { commit } => (format!("deployment of {} began", commit.short()), PLAIN),
        Happening::DeploymentEnded { outcome, summary } => {
            (format!("deployment {outcome}: {summary}"), outcome_style(*outcome))
        }
        Happening::RolloutStarted => ("begins".to_owned(), PLAIN),
        Happening::RolloutProgress { ready, wanted, old: 0 } => (format!("{ready}/{wanted} ready"), PLAIN),
        Happening::RolloutProgress { ready, wanted, old } => (format!("{ready}/{wanted} ready, {old} old"), PLAIN),
        Happening::RolloutDone => ("done".to_owned(), GOOD),
        Happening::RolloutFailed { reason } => (format!("failed: {reason}"), BAD),
        Happening::RolloutReverting { reason } => (format!("failed and is taken back: {reason}"), BAD),
        Happening::RolloutReverted { by } => (format!("taken back by commit {}", by.short()), BAD),
        Happening::RolloutCancelled => ("cancelled".to_owned(), BUSY),
        Happening::RolloutResumed => ("goes on".to_owned(), PLAIN),
        Happening::Waiting { reason } => (reason.clone(), BUSY),
        Happening::TaskLaunched { task, host, .. } => (format!("task {} launched on {host}", short_name(task)), PLAIN),
        Happening::TaskPulling { host, image, percent: Some(percent), .. } => {
            (format!("pulling {image} {percent} % on {host}"), PLAIN)
        }
        Happening::TaskPulling { host, image, percent: None, .. } => (format!("pulling {image} on {host}"), PLAIN),
        Happening::TaskRunning { task, host } => (format!("task {} runs on {host}", short_name(task)), PLAIN),
        Happening::TaskHealthy { task } => (format!("task {} is healthy", short_name(task)), GOOD),
        Happening::TaskReady { task } => (format!("task {} is ready", short_name(task)), GOOD),
        Happening::TaskUnhealthy { task, cause } => (format!("task {} is unhealthy: {cause}", short_name(task)), BUSY),
        Happening::TaskFailed { task, host, reason, .. } => {
            (format!("task {} failed on {host}: {reason}", short_name(task)), BAD)
        }
        Happening::TaskPreempted { task, host, by } => {
            (format!("task {} on {host} makes room for {by}", short_name(task)), BUSY)
        }
        Happening::TaskStopping { task } => (format!("task {} is to stop", short_name(task)), PLAIN),
        Happening::TaskUnreachable { task, host } => {
            (format!("task {} on {host} is out of reach", short_name(task)), BAD)
        }
        Happening::TaskReturned { task, host } => (format!("task {} on {host} is back", short_name(task)), GOOD),
        Happening::TaskForgotten { task, host } => (format!("task {} on {host} is given up", short_name(task)), BAD),
        Happening::StrangerEnded { task, host, .. } => {
            (format!("task {} on {host}, which was not ours, ended", short_name(task)), PLAIN)
        }
        Happening::TaskStopped { task } => (format!("task {} stopped", short_name(task)), PLAIN),
        Happening::AgentJoined { host, .. } => (format!("agent {host} joined"), GOOD),
        Happening::AgentLost { host, .. } => (format!("agent {host} is not connected"), BAD),
        Happening::AgentDraining { host, .. } => (format!("agent {host} is to be emptied"), PLAIN),
        Happening::AgentDrained { host, .. } => (format!("agent {host} is drained: nothing is left on it"), GOOD),
        Happening::AgentUndrained { host, .. } => (format!("agent {host} takes tasks again"), PLAIN),
        Happening::EngineDown { host, reason, .. } => {
            (format!("Docker Engine of {host} does not answer: {reason}"), BAD)
        }
        Happening::AgentChanged { host, what, .. } => (format!("agent {host} changed: {what}"), PLAIN),
        Happening::EngineUp { host, .. } => (format!("Docker Engine of {host} answers again"), GOOD),
    }
}
