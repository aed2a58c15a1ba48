//! Events as lines for a terminal: what `git push` and `shipctl` print while they follow.

use super::{Event, Happening, Outcome};
use crate::model::{AppId, CommitId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A pull is told again when it is so many percent further.
const PULL_STEP: u8 = 25;

/// The counts of an app are told so often at the most.
const PROGRESS_STEP: Duration = Duration::from_secs(1);

/// Tells one deployment to one reader, and nothing twice: an app that fails the same way again and again
/// is news only once.
#[derive(Debug, Clone)]
pub struct Reporter {
    started: Timestamp,
    told: BTreeMap<AppId, Told>,
    failed: BTreeSet<AppId>,
}

/// What the reader knows of an app.
#[derive(Debug, Clone, Default)]
struct Told {
    failure: Option<String>,
    waiting: Option<String>,
    /// When its counts were told last.
    progress: Option<Timestamp>,
    /// Image, host, and how far in steps.
    pulls: BTreeSet<(String, String, u8)>,
}

impl Reporter {
    /// For a deployment that began at `started`; moments are counted from there.
    #[must_use]
    pub fn new(started: Timestamp) -> Self {
        Self { started, told: BTreeMap::new(), failed: BTreeSet::new() }
    }

    /// The lines for one event, at most 72 columns where the engine's words allow; none for what people
    /// need not see.
    pub fn lines(&mut self, event: &Event) -> Vec<String> {
        match (&event.what, self.is_news(event)) {
            (_, false) => Vec::new(),
            (Happening::DeploymentEnded { outcome: Outcome::Failed, summary }, true) => self.failure(summary),
            (_, true) => lines(event, self.started),
        }
    }

    /// The end of a deployment that failed, and what helps.
    fn failure(&self, summary: &str) -> Vec<String> {
        let mut failed = self.failed.iter().map(AppId::as_str);
        let app = failed.next().filter(|_| self.failed.len() == 1).unwrap_or("APP");
        vec![
            "hint: what is healthy stays; push a fix, or".to_owned(),
            format!("hint: go back: shipctl rollback {app}"),
            format!("hint: try again: shipctl resume {app}"),
            format!("error: deployment failed: {summary}"),
        ]
    }

    fn is_news(&mut self, event: &Event) -> bool {
        let Some(app) = &event.app else { return true };
        let told = self.told.entry(app.clone()).or_default();
        match &event.what {
            Happening::TaskFailed { reason, .. } => told.failure.replace(reason.clone()).as_ref() != Some(reason),
            Happening::Waiting { reason } => {
                let known = told.failure.as_ref().is_some_and(|failure| reason.ends_with(failure.as_str()));
                told.waiting.replace(reason.clone()).as_ref() != Some(reason) && !known
            }
            Happening::TaskPulling { image, host, percent, .. } => {
                told.pulls.insert((image.clone(), host.clone(), percent.unwrap_or(0) / PULL_STEP))
            }
            Happening::RolloutProgress { ready, wanted, old } => {
                let complete = ready == wanted && *old == 0;
                let due = told.progress.is_none_or(|last| event.at.since(last) >= PROGRESS_STEP);
                if complete || due {
                    told.progress = Some(event.at);
                }
                complete || due
            }
            Happening::RolloutFailed { .. } => {
                self.failed.insert(app.clone());
                true
            }
            Happening::DeploymentStarted { .. }
            | Happening::DeploymentEnded { .. }
            | Happening::RolloutStarted
            | Happening::RolloutDone
            | Happening::RolloutReverting { .. }
            | Happening::RolloutReverted { .. }
            | Happening::RolloutCancelled
            | Happening::RolloutResumed
            | Happening::TaskLaunched { .. }
            | Happening::TaskRunning { .. }
            | Happening::TaskHealthy { .. }
            | Happening::TaskReady { .. }
            | Happening::TaskUnhealthy { .. }
            | Happening::TaskStopping { .. }
            | Happening::TaskStopped { .. }
            | Happening::TaskUnreachable { .. }
            | Happening::TaskReturned { .. }
            | Happening::TaskForgotten { .. }
            | Happening::StrangerEnded { .. }
            | Happening::TaskPreempted { .. }
            | Happening::AgentJoined { .. }
            | Happening::AgentLost { .. }
            | Happening::AgentDraining { .. }
            | Happening::AgentDrained { .. }
            | Happening::AgentUndrained { .. }
            | Happening::AgentChanged { .. }
            | Happening::EngineDown { .. }
            | Happening::EngineUp { .. } => true,
        }
    }
}

fn lines(event: &Event, started: Timestamp) -> Vec<String> {
    let moment = format!("+{:.1}s", event.at.since(started).as_secs_f64());
    let app = event.app.as_ref().map(AppId::as_str).unwrap_or_default();
    let line = |text: String| vec![format!("{moment} {app} {text}")];
    match &event.what {
        Happening::DeploymentStarted { .. }
        | Happening::TaskLaunched { .. }
        | Happening::TaskRunning { .. }
        | Happening::TaskHealthy { .. }
        | Happening::TaskReady { .. }
        | Happening::TaskStopping { .. }
        | Happening::TaskStopped { .. }
        | Happening::TaskUnreachable { .. }
        | Happening::TaskReturned { .. }
        | Happening::TaskForgotten { .. }
        | Happening::StrangerEnded { .. }
        | Happening::RolloutStarted
        | Happening::AgentJoined { .. } => Vec::new(),
        Happening::TaskPulling { host, image, percent, .. } => {
            let done = percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
            line(format!("pulling {image}{done} on {host}"))
        }
        Happening::RolloutProgress { ready, wanted, old: 0 } => line(format!("{ready}/{wanted} ready")),
        Happening::RolloutProgress { ready, wanted, old } => line(format!("{ready}/{wanted} ready, {old} old")),
        Happening::TaskPreempted { host, by, .. } => line(format!("a task on {host} makes room for {by}")),
        Happening::RolloutDone => line("done".to_owned()),
        Happening::RolloutFailed { reason } => vec![format!("error: {moment} {app} failed: {reason}")],
        Happening::RolloutReverting { reason } => {
            vec![format!("error: {moment} {app} failed: {reason}"), format!("{moment} {app} is taken back")]
        }
        Happening::RolloutReverted { by } => line(format!("taken back by commit {}", by.short())),
        Happening::RolloutCancelled => vec![format!("warning: {moment} {app} cancelled")],
        Happening::RolloutResumed => line("goes on".to_owned()),
        Happening::Waiting { reason } => line(reason.clone()),
        Happening::TaskUnhealthy { cause, .. } => vec![format!("warning: {moment} {app} unhealthy: {cause}")],
        Happening::TaskFailed { host, reason, log_tail, .. } => {
            let failed = format!("warning: {moment} {app} task failed on {host}: {reason}");
            std::iter::once(failed).chain(log_tail.iter().map(|line| format!("    | {line}"))).collect()
        }
        Happening::AgentLost { host, .. } => vec![format!("warning: {moment} agent {host} is not connected")],
        Happening::AgentDraining { host, .. } => vec![format!("{moment} agent {host} is to be emptied")],
        Happening::AgentDrained { host, .. } => {
            vec![format!("{moment} agent {host} is drained: nothing is left on it")]
        }
        Happening::AgentUndrained { host, .. } => vec![format!("{moment} agent {host} takes tasks again")],
        Happening::AgentChanged { host, what, .. } => vec![format!("{moment} agent {host} changed: {what}")],
        Happening::EngineDown { host, reason, .. } => {
            vec![format!("warning: {moment} Docker Engine of {host} does not answer: {reason}")]
        }
        Happening::EngineUp { host, .. } => vec![format!("{moment} Docker Engine of {host} answers again")],
        Happening::DeploymentEnded { outcome, summary } => ended(*outcome, summary, &moment),
    }
}

fn ended(outcome: Outcome, summary: &str, moment: &str) -> Vec<String> {
    match outcome {
        Outcome::Succeeded => vec![format!("success: {summary} ({moment})")],
        Outcome::Failed => vec![format!("error: deployment failed: {summary}")],
        Outcome::Reverted => vec![format!("error: deployment failed and was reverted: {summary}")],
        Outcome::Cancelled => vec![format!("warning: deployment cancelled: {summary}")],
        Outcome::Superseded => vec![format!("superseded: {summary}")],
        Outcome::Running => vec![format!("still running: {summary}")],
    }
}

/// The last line about a deployment of which `apps` were taken back: how it went with the commit that did it.
#[must_use]
pub fn taken_back(apps: usize, by: &CommitId, outcome: Outcome, summary: &str) -> String {
    let by = by.short();
    let apps = match apps {
        1 => "1 app".to_owned(),
        apps => format!("{apps} apps"),
    };
    match outcome {
        Outcome::Succeeded => {
            format!("error: deployment failed and was reverted: {apps} back to what ran before, by commit {by}")
        }
        Outcome::Running | Outcome::Failed | Outcome::Superseded | Outcome::Reverted | Outcome::Cancelled => {
            format!("error: deployment failed; commit {by}, which takes it back, {outcome}: {summary}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::Ending;
    use crate::model::TaskId;

    fn event(at: u64, what: Happening) -> Event {
        Event { at: Timestamp(at), deployment: None, app: Some(AppId::parse("web").unwrap()), what, task: None }
    }

    fn failure(reason: &str) -> Happening {
        let (task, host, log_tail) = (TaskId::new("t"), "node-1".into(), vec!["no config".into()]);
        Happening::TaskFailed { task, host, how: Ending::Failed, reason: reason.into(), log_tail }
    }

    fn pulling(percent: u8) -> Happening {
        let (task, host, image) = (TaskId::new("t"), "node-1".into(), "web:2".into());
        Happening::TaskPulling { task, host, image, percent: Some(percent) }
    }

    #[test]
    fn the_same_failure_is_told_once() {
        let mut reporter = Reporter::new(Timestamp(1000));
        let first = reporter.lines(&event(1500, failure("exited with code 1")));
        assert_eq!(first, ["warning: +0.5s /web task failed on node-1: exited with code 1", "    | no config"]);
        let backing_off = Happening::Waiting { reason: "backing off: exited with code 1".into() };
        assert_eq!(reporter.lines(&event(1500, backing_off)), Vec::<String>::new());
        assert_eq!(reporter.lines(&event(2500, failure("exited with code 1"))), Vec::<String>::new());
        assert_eq!(reporter.lines(&event(3500, failure("exited with code 2"))).len(), 2);
    }

    #[test]
    fn counts_are_told_now_and_then_and_when_complete() {
        let mut reporter = Reporter::new(Timestamp(0));
        let mut told = |at: u64, ready: u32| {
            reporter.lines(&event(at, Happening::RolloutProgress { ready, wanted: 9, old: 0 })).concat()
        };
        let lines = [told(0, 0), told(200, 3), told(900, 4), told(1100, 5), told(1200, 8), told(1300, 9)];
        assert_eq!(lines, ["+0.0s /web 0/9 ready", "", "", "+1.1s /web 5/9 ready", "", "+1.3s /web 9/9 ready"]);
    }

    #[test]
    fn a_failure_names_what_helps() {
        let mut reporter = Reporter::new(Timestamp(0));
        reporter.lines(&event(1, Happening::RolloutFailed { reason: "no progress".into() }));
        let ended = Happening::DeploymentEnded { outcome: Outcome::Failed, summary: "/web: no progress".into() };
        let lines = reporter.lines(&Event { app: None, ..event(2, ended) });
        assert!(lines.contains(&"hint: go back: shipctl rollback /web".to_owned()), "{lines:?}");
        assert_eq!(lines.last().map(String::as_str), Some("error: deployment failed: /web: no progress"));
    }

    #[test]
    fn a_pull_is_told_by_quarters() {
        let mut reporter = Reporter::new(Timestamp(0));
        let told: Vec<usize> =
            [0, 10, 26, 40, 80].map(|percent| reporter.lines(&event(0, pulling(percent))).len()).into();
        assert_eq!(told, [1, 0, 1, 0, 1]);
    }
}
