//! A rollout as lines for the pushing terminal. It only watches: when it ends, for whatever reason, the
//! rollout goes on.

#[cfg(test)]
mod tests;

use super::options::Wait;
use crate::git::desire::Rollout;
use futures_util::StreamExt;
use ship_core::cluster::{Event, Happening, Outcome, Reporter, taken_back};
use ship_core::model::{AppId, CommitId, DeploymentId};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Proxies and people take a longer silence for death.
const SILENCE_MAX: Duration = Duration::from_secs(8);
/// Apps in a line that repeats the state.
const APPS_MAX: usize = 3;
/// Apps whose end gets a line of its own; a terminal holds no more, and the verdict counts them all.
const DONE_MAX: usize = 100;

/// Finds the deployment that takes back the one that is watched.
pub(super) type Follow = Box<dyn Fn(&DeploymentId) -> Option<Rollout> + Send + Sync>;

/// The lines still to come; the last one tells the outcome. A deployment that is reverted is watched until the
/// commit that takes it back is rolled out.
pub(super) struct View {
    rollout: Rollout,
    follow: Follow,
    /// For each app that was taken back, by which commit.
    reverted_by: Vec<CommitId>,
    /// The commit that takes back, while it is what is watched.
    reverting: Option<CommitId>,
    reporter: Reporter,
    deadline: Option<Instant>,
    shutdown: CancellationToken,
    /// How far the apps are that are not done.
    under_way: BTreeMap<AppId, String>,
    done: usize,
    lines: VecDeque<String>,
    last_line: Instant,
    ended: bool,
}

/// What came first.
enum Next {
    Event(Option<Event>),
    Silence,
    Deadline,
    Shutdown,
}

impl View {
    pub(super) fn new(rollout: Rollout, follow: Follow, wait: Wait, shutdown: CancellationToken) -> Self {
        let deadline = match wait {
            Wait::None => Some(Instant::now()),
            Wait::AtMost(span) => Instant::now().checked_add(span),
            Wait::ToTheEnd => None,
        };
        let reporter = Reporter::new(rollout.started);
        Self {
            rollout,
            follow,
            reverted_by: Vec::new(),
            reverting: None,
            reporter,
            deadline,
            shutdown,
            under_way: BTreeMap::new(),
            done: 0,
            lines: VecDeque::new(),
            last_line: Instant::now(),
            ended: false,
        }
    }

    /// The next line, at most ten seconds after the one before; `None` after the last.
    pub(super) async fn next(&mut self) -> Option<String> {
        while self.lines.is_empty() && !self.ended {
            match self.wait().await {
                Next::Event(Some(event)) => self.show(&event),
                Next::Event(None) => self.end("the view was cut"),
                Next::Silence => self.lines.push_back(format!("still rolling out: {}", self.state())),
                Next::Deadline => self.end(&self.state()),
                Next::Shutdown => self.end("shipd is stopping and will go on when it is back"),
            }
        }
        self.last_line = Instant::now();
        self.lines.pop_front()
    }

    async fn wait(&mut self) -> Next {
        let deadline = self.deadline;
        tokio::select! {
            biased;
            // First: a stopping master ends its events as well, and the reason is worth telling.
            () = self.shutdown.cancelled() => Next::Shutdown,
            event = self.rollout.events.next() => Next::Event(event),
            () = until(deadline) => Next::Deadline,
            () = tokio::time::sleep_until(self.last_line + SILENCE_MAX) => Next::Silence,
        }
    }

    fn show(&mut self, event: &Event) {
        self.keep_count(event);
        if let Happening::DeploymentEnded { outcome, summary } = &event.what {
            return self.show_end(event, *outcome, summary);
        }
        let lines = self.reporter.lines(event);
        let is_done = matches!(event.what, Happening::RolloutDone);
        self.done += usize::from(is_done);
        if !is_done || self.done <= DONE_MAX {
            self.lines.extend(lines);
        }
    }

    fn show_end(&mut self, event: &Event, outcome: Outcome, summary: &str) {
        match self.reverting.clone() {
            Some(by) => {
                let verdict = taken_back(self.reverted_by.len(), &by, outcome, summary);
                self.lines
                    .push_back("hint: the branch has a commit of shipd now: `git pull` before you go on".to_owned());
                self.lines.push_back(verdict);
            }
            None if outcome == Outcome::Reverted && self.go_on_with_revert() => return,
            None => self.lines.extend(self.reporter.lines(event)),
        }
        self.ended = true;
    }

    /// False if there is nothing to go on with.
    fn go_on_with_revert(&mut self) -> bool {
        let Some(by) = self.reverted_by.last().cloned() else { return false };
        let Some(rollout) = (self.follow)(&DeploymentId::new(by.as_str())) else { return false };
        self.rollout = rollout;
        self.reverting = Some(by);
        true
    }

    fn keep_count(&mut self, event: &Event) {
        let Some(app) = &event.app else { return };
        match &event.what {
            Happening::RolloutStarted => {
                self.under_way.insert(app.clone(), app.to_string());
            }
            Happening::RolloutProgress { ready, wanted, .. } => {
                self.under_way.insert(app.clone(), format!("{app} {ready}/{wanted}"));
            }
            Happening::RolloutDone | Happening::RolloutFailed { .. } | Happening::RolloutCancelled => {
                self.under_way.remove(app);
            }
            Happening::RolloutReverted { by } => {
                self.under_way.remove(app);
                self.reverted_by.push(by.clone());
            }
            Happening::DeploymentStarted { .. }
            | Happening::DeploymentEnded { .. }
            | Happening::Waiting { .. }
            | Happening::TaskLaunched { .. }
            | Happening::TaskPulling { .. }
            | Happening::TaskRunning { .. }
            | Happening::TaskHealthy { .. }
            | Happening::TaskReady { .. }
            | Happening::RolloutReverting { .. }
            | Happening::RolloutResumed
            | Happening::AgentDraining { .. }
            | Happening::AgentDrained { .. }
            | Happening::AgentUndrained { .. }
            | Happening::TaskUnhealthy { .. }
            | Happening::TaskFailed { .. }
            | Happening::TaskStopping { .. }
            | Happening::TaskStopped { .. }
            | Happening::TaskUnreachable { .. }
            | Happening::TaskReturned { .. }
            | Happening::TaskForgotten { .. }
            | Happening::StrangerEnded { .. }
            | Happening::TaskPreempted { .. }
            | Happening::AgentJoined { .. }
            | Happening::AgentLost { .. }
            | Happening::EngineDown { .. }
            | Happening::AgentChanged { .. }
            | Happening::EngineUp { .. } => {}
        }
    }

    fn end(&mut self, why: &str) {
        self.lines.push_back(format!("still running: {why}"));
        self.ended = true;
    }

    fn state(&self) -> String {
        if self.under_way.is_empty() {
            return "see `shipctl status`".to_owned();
        }
        let mut apps: Vec<String> = self.under_way.values().take(APPS_MAX).cloned().collect();
        if self.under_way.len() > APPS_MAX {
            apps.push(format!("and {} more", self.under_way.len() - APPS_MAX));
        }
        apps.join(", ")
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
