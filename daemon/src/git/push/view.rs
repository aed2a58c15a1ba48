//! A rollout as lines for the pushing terminal. It only watches: when it ends, for whatever reason, the
//! rollout goes on.

use super::options::Wait;
use crate::git::desire::Rollout;
use futures_util::StreamExt;
use ship_core::cluster::{Event, Happening, Reporter};
use ship_core::model::AppId;
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

/// The lines still to come; the last one tells the outcome.
pub(super) struct View {
    rollout: Rollout,
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
    pub(super) fn new(rollout: Rollout, wait: Wait, shutdown: CancellationToken) -> Self {
        let deadline = match wait {
            Wait::None => Some(Instant::now()),
            Wait::AtMost(span) => Instant::now().checked_add(span),
            Wait::ToTheEnd => None,
        };
        let reporter = Reporter::new(rollout.started);
        Self {
            rollout,
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
        let lines = self.reporter.lines(event);
        let is_done = matches!(event.what, Happening::RolloutDone);
        self.done += usize::from(is_done);
        if !is_done || self.done <= DONE_MAX {
            self.lines.extend(lines);
        }
        self.ended |= matches!(event.what, Happening::DeploymentEnded { .. });
    }

    fn keep_count(&mut self, event: &Event) {
        let Some(app) = &event.app else { return };
        match event.what {
            Happening::RolloutStarted => {
                self.under_way.insert(app.clone(), app.to_string());
            }
            Happening::RolloutProgress { ready, wanted, .. } => {
                self.under_way.insert(app.clone(), format!("{app} {ready}/{wanted}"));
            }
            Happening::RolloutDone
            | Happening::RolloutFailed { .. }
            | Happening::RolloutReverted { .. }
            | Happening::RolloutCancelled => {
                self.under_way.remove(app);
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
            | Happening::AgentUndrained { .. }
            | Happening::TaskUnhealthy { .. }
            | Happening::TaskFailed { .. }
            | Happening::TaskStopped { .. }
            | Happening::AgentJoined { .. }
            | Happening::AgentLost { .. }
            | Happening::EngineDown { .. }
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use ship_core::cluster::Outcome;
    use ship_core::model::{TaskId, Timestamp};

    fn event(app: Option<&str>, what: Happening) -> Event {
        Event { at: Timestamp(3500), deployment: None, app: app.map(|id| AppId::parse(id).unwrap()), what }
    }

    fn progress(ready: u32) -> Event {
        event(Some("/web"), Happening::RolloutProgress { ready, wanted: 4, old: 0 })
    }

    /// A view of these events, after which nothing comes for ever.
    fn view(events: Vec<Event>, wait: Wait, shutdown: CancellationToken) -> View {
        let events = stream::iter(events).chain(stream::pending()).boxed();
        View::new(Rollout { started: Timestamp(1000), events }, wait, shutdown)
    }

    async fn all(mut view: View) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = view.next().await {
            lines.push(line);
        }
        lines
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_outcome() {
        let ended = Happening::DeploymentEnded { outcome: Outcome::Succeeded, summary: "1 app done".into() };
        let events = vec![progress(1), progress(4), event(None, ended)];
        let lines = all(view(events, Wait::ToTheEnd, CancellationToken::new())).await;
        assert_eq!(lines, ["+2.5s /web 1/4 ready", "+2.5s /web 4/4 ready", "success: 1 app done (+2.5s)"]);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_every_few_seconds() {
        let mut view = view(vec![progress(1)], Wait::ToTheEnd, CancellationToken::new());
        assert_eq!(view.next().await.unwrap(), "+2.5s /web 1/4 ready");
        for _ in 0..3 {
            let before = Instant::now();
            assert_eq!(view.next().await.unwrap(), "still rolling out: /web 1/4");
            assert!(before.elapsed() <= Duration::from_secs(10));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn events_that_are_not_shown_break_no_silence() {
        let quiet = || event(Some("/web"), Happening::TaskStopped { task: TaskId::new("t") });
        let slow = stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            Some(((), ()))
        });
        let events = slow.map(move |()| quiet()).boxed();
        let rollout = Rollout { started: Timestamp(1000), events };
        let mut view = View::new(rollout, Wait::ToTheEnd, CancellationToken::new());
        let before = Instant::now();
        assert_eq!(view.next().await.unwrap(), "still rolling out: see `shipctl status`");
        assert!(before.elapsed() <= Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn of_very_many_apps_only_some_are_told_one_by_one() {
        let done = |number| event(Some(&format!("/web{number}")), Happening::RolloutDone);
        let ended = Happening::DeploymentEnded { outcome: Outcome::Succeeded, summary: "5000 apps done".into() };
        let events = (0..5000).map(done).chain([event(None, ended)]).collect();
        let lines = all(view(events, Wait::ToTheEnd, CancellationToken::new())).await;
        assert_eq!(lines.len(), DONE_MAX + 1);
        assert_eq!(lines.last().unwrap(), "success: 5000 apps done (+2.5s)");
    }

    #[tokio::test(start_paused = true)]
    async fn a_bounded_wait_ends_in_the_middle() {
        let wait = Wait::AtMost(Duration::from_secs(20));
        let lines = all(view(vec![progress(1)], wait, CancellationToken::new())).await;
        let still = "still rolling out: /web 1/4";
        assert_eq!(lines, ["+2.5s /web 1/4 ready", still, still, "still running: /web 1/4"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stopping_daemon_ends_the_view() {
        let shutdown = CancellationToken::new();
        shutdown.cancel();
        let ended = Rollout { started: Timestamp(1000), events: stream::empty().boxed() };
        let lines = all(View::new(ended, Wait::ToTheEnd, shutdown)).await;
        assert_eq!(lines, ["still running: shipd is stopping and will go on when it is back"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cut_stream_says_so() {
        let cut = Rollout { started: Timestamp(1000), events: stream::empty().boxed() };
        let lines = all(View::new(cut, Wait::ToTheEnd, CancellationToken::new())).await;
        assert_eq!(lines, ["still running: the view was cut"]);
    }
}
