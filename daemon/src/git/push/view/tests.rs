//! Views of rollouts that the test tells, on a clock that stands still.

use super::*;
use futures_util::stream;
use ship_core::cluster::Outcome;
use ship_core::model::{TaskId, Timestamp};

fn event(app: Option<&str>, what: Happening) -> Event {
    Event { at: Timestamp(3500), deployment: None, app: app.map(|id| AppId::parse(id).unwrap()), what, task: None }
}

fn progress(ready: u32) -> Event {
    event(Some("/web"), Happening::RolloutProgress { ready, wanted: 4, old: 0 })
}

/// A view of these events, after which nothing comes for ever.
fn view(events: Vec<Event>, wait: Wait, shutdown: CancellationToken) -> View {
    let events = stream::iter(events).chain(stream::pending()).boxed();
    over(Rollout { started: Timestamp(1000), events }, wait, shutdown)
}

/// A view of a deployment that nothing takes back.
fn over(rollout: Rollout, wait: Wait, shutdown: CancellationToken) -> View {
    View::new(rollout, Box::new(|_| None), wait, shutdown)
}

fn ended(outcome: Outcome, summary: &str) -> Event {
    event(None, Happening::DeploymentEnded { outcome, summary: summary.into() })
}

/// The last two lines of a deployment that failed, after the commit that takes it back ended so.
async fn end_of_reverted(outcome: Outcome, summary: &'static str) -> Vec<String> {
    let by = CommitId::new("0123456789abcdef");
    let taken_back = |app| event(Some(app), Happening::RolloutReverted { by: by.clone() });
    let events = vec![progress(1), taken_back("/web"), taken_back("/api"), ended(Outcome::Reverted, "two")];
    let events = stream::iter(events).chain(stream::pending()).boxed();
    let follow = move |id: &DeploymentId| {
        assert_eq!(id.as_str(), "0123456789abcdef");
        let events = stream::iter([progress(4), ended(outcome, summary)]).boxed();
        Some(Rollout { started: Timestamp(3000), events })
    };
    let rollout = Rollout { started: Timestamp(1000), events };
    let mut lines = all(View::new(rollout, Box::new(follow), Wait::ToTheEnd, CancellationToken::new())).await;
    assert_eq!(lines[..2], ["+2.5s /web 1/4 ready", "+2.5s /web taken back by commit 0123456789"]);
    assert!(lines.contains(&"+2.5s /web 4/4 ready".to_owned()), "{lines:?}");
    lines.split_off(lines.len() - 2)
}

#[tokio::test(start_paused = true)]
async fn what_is_reverted_is_watched_until_it_is_back() {
    let lines = end_of_reverted(Outcome::Succeeded, "2 apps done").await;
    assert!(lines[0].starts_with("hint: ") && lines[0].contains("git pull"), "{lines:?}");
    assert_eq!(
        lines[1],
        "error: deployment failed and was reverted: 2 apps back to what ran before, by commit 0123456789"
    );
    let lines = end_of_reverted(Outcome::Failed, "/web: no room").await;
    assert_eq!(lines[1], "error: deployment failed; commit 0123456789, which takes it back, failed: /web: no room");
}

#[tokio::test(start_paused = true)]
async fn a_revert_that_cannot_be_watched_is_told_all_the_same() {
    let lines = all(view(vec![ended(Outcome::Reverted, "why")], Wait::ToTheEnd, CancellationToken::new())).await;
    assert_eq!(lines, ["error: deployment failed and was reverted: why"]);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_deployment_ends_the_view() {
    let lines = all(view(vec![ended(Outcome::Cancelled, "/web: cancelled")], Wait::ToTheEnd, CancellationToken::new()));
    assert_eq!(lines.await, ["warning: deployment cancelled: /web: cancelled"]);
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
    let mut view = over(rollout, Wait::ToTheEnd, CancellationToken::new());
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
    let lines = all(over(ended, Wait::ToTheEnd, shutdown)).await;
    assert_eq!(lines, ["still running: shipd is stopping and will go on when it is back"]);
}

#[tokio::test(start_paused = true)]
async fn a_cut_stream_says_so() {
    let cut = Rollout { started: Timestamp(1000), events: stream::empty().boxed() };
    let lines = all(over(cut, Wait::ToTheEnd, CancellationToken::new())).await;
    assert_eq!(lines, ["still running: the view was cut"]);
}
