//! Followers: from the beginning, whenever they come and whatever happened to the daemon meanwhile.

use super::super::events::EventLog;
use super::super::published::Published;
use super::super::{follow, tail};
use super::*;
use crate::clock;
use crate::store::{Changes, Numbered};
use ship_core::cluster::Reporter;
use ship_core::model::AppId;

fn event(id: &str, what: Happening) -> Event {
    Event { at: Timestamp(1), deployment: Some(DeploymentId::new(id)), app: None, what, task: None }
}

fn numbered(from: u64, events: Vec<Event>) -> Vec<Numbered> {
    (from..).zip(events).map(|(number, event)| Numbered { number, event: Arc::new(event) }).collect()
}

fn numbers(seen: &[Followed]) -> Vec<u64> {
    let number = |seen: &Followed| match seen {
        Followed::Event { number, .. } => Some(*number),
        Followed::Missed { .. } | Followed::CutOff => None,
    };
    seen.iter().filter_map(number).collect()
}

fn last(seen: &[Followed]) -> &Happening {
    match seen.last() {
        Some(Followed::Event { event, .. }) => &event.what,
        other => panic!("{other:?}"),
    }
}

/// As a terminal shows it.
fn lines(seen: &[Followed]) -> Vec<String> {
    let mut reporter = Reporter::new(Timestamp(0));
    let told = seen.iter().filter_map(|seen| match seen {
        Followed::Event { event, .. } => Some(event),
        Followed::Missed { .. } | Followed::CutOff => None,
    });
    told.flat_map(|event| reporter.lines(event)).collect()
}

/// What was stored of a cluster, opened again.
async fn restarted(bench: &Bench) -> Bench {
    let restored = Cluster::restore(bench.store.scan().await.unwrap()).expect("a cluster record");
    bench_over(restored, bench.store.clone()).await
}

#[tokio::test]
async fn followers_see_a_deployment_whole_whenever_they_come() {
    let mut bench = bench(Cluster::new(1)).await;
    bench.master.submit(Input::AgentJoined { info: agent(), tasks: Vec::new() }).await.unwrap();
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let mut early = pin!(bench.master.follow(&id).expect("known"));
    let first = soon(early.next()).await.expect("an event");
    assert!(matches!(first.what, Happening::DeploymentStarted { .. }), "{first:?}");

    let task = soon(bench.launches.recv()).await.expect("a launch").id;
    let report = TaskReport { task, status: TaskStatus::Running { address: None } };
    bench.master.submit(Input::TaskUpdate { agent: agent().id, report }).await.unwrap();
    let rest = all(early).await;
    let end = rest.last().expect("more events");
    assert!(matches!(end.what, Happening::DeploymentEnded { outcome: Outcome::Succeeded, .. }), "{end:?}");

    let late = all(bench.master.follow(&id).expect("known")).await;
    assert_eq!(late[0], first);
    assert_eq!(late[1..], rest[..]);

    let numbered = all(bench.master.follow_after(&id, None).expect("known")).await;
    let Some(Followed::Event { number, .. }) = numbered.get(1) else { panic!("{numbered:?}") };
    let resumed = all(bench.master.follow_after(&id, Some(*number)).expect("known")).await;
    assert_eq!(resumed.len(), late.len() - 2);

    assert!(bench.master.follow(&DeploymentId::new("c9")).is_none());
}

#[tokio::test]
async fn a_restart_loses_nothing_of_what_a_terminal_shows() {
    let mut first = bench(Cluster::new(1)).await;
    first.master.submit(Input::AgentJoined { info: agent(), tasks: Vec::new() }).await.unwrap();
    let id = soon(first.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let task = soon(first.launches.recv()).await.expect("a launch").id;
    let report = TaskReport {
        task,
        status: TaskStatus::Exited { code: 3, out_of_memory: false, log_tail: vec![], container: None },
    };
    soon(first.master.command(Input::TaskUpdate { agent: agent().id, report })).await.unwrap();
    soon(first.master.command(Input::Cancel { deployment: id.clone(), by: None })).await.unwrap();
    let told = all(first.master.follow_after(&id, None).expect("known")).await;
    let second = restarted(&first).await;
    let again = all(second.master.follow_after(&id, None).expect("known")).await;
    assert_eq!(lines(&again), lines(&told));
    assert!(numbers(&again).iter().all(|number| numbers(&told).contains(number)));
    assert!(matches!(last(&again), Happening::DeploymentEnded { outcome: Outcome::Cancelled, .. }));
    assert!(lines(&again).iter().any(|line| line.contains("exited with code 3")), "{again:?}");

    let resumed = all(second.master.follow_after(&id, Some(numbers(&again)[1])).expect("known")).await;
    assert_eq!(numbers(&resumed), numbers(&again)[2..]);
    soon(second.master.desire(commit("c2"), wanted(2))).await.unwrap();
    let next = soon(pin!(second.master.follow_after(&DeploymentId::new("c2"), None).unwrap()).next()).await;
    assert!(numbers(&[next.unwrap()])[0] > *numbers(&told).last().unwrap(), "numbers rise over restarts");
}

#[tokio::test]
async fn numbers_rise_even_if_the_clock_was_set_back() {
    let store = Memory::default();
    let mut ahead = Changes::default();
    let taken = (clock::now().0 + 3_600_000) * 1000;
    ahead.take_numbers(taken);
    store.commit(ahead).await.unwrap();
    let bench = bench_over(Cluster::new(1), store).await;
    let mut all = pin!(bench.master.tail(None));
    soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap();
    assert!(numbers(&[soon(all.next()).await.unwrap()])[0] >= taken);
}

#[tokio::test]
async fn a_deployment_that_goes_on_is_followed_beyond_its_first_end() {
    let bench = bench(Cluster::new(1)).await;
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    soon(bench.master.command(Input::Cancel { deployment: id.clone(), by: None })).await.unwrap();
    let ended = all(bench.master.follow(&id).expect("known")).await;
    assert!(matches!(ended.last().unwrap().what, Happening::DeploymentEnded { .. }));
    let apps = vec![AppId::parse("web").unwrap()];
    soon(bench.master.command(Input::Resume { apps })).await.unwrap();
    let mut follower = pin!(bench.master.follow(&id).expect("known"));
    let mut seen = Vec::new();
    while !matches!(seen.last(), Some(Happening::RolloutResumed)) {
        seen.push(soon(follower.next()).await.expect("it goes on").what);
    }
    assert!(!seen.iter().any(|what| matches!(what, Happening::DeploymentEnded { .. })), "{seen:?}");
    soon(bench.master.command(Input::Cancel { deployment: id.clone(), by: None })).await.unwrap();
    assert!(matches!(all(follower).await.last().unwrap().what, Happening::DeploymentEnded { .. }));
}

/// A log of two events over a store, in which `c1` is known.
async fn short_log() -> (Arc<Published>, DeploymentId, Memory) {
    let bench = bench(Cluster::new(1)).await;
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let cluster = Cluster::clone(&bench.master.snapshot());
    let store = Memory::default();
    let log = EventLog::with_capacity(1, 2);
    (Arc::new(Published::new(cluster, log, Arc::new(store.clone()), CancellationToken::new())), id, store)
}

async fn publish(published: &Published, store: &Memory, told: Vec<Numbered>) {
    let mut changes = Changes::default();
    for event in &told {
        changes.tell(event.event.deployment.as_ref().expect("of a deployment"), event.clone());
    }
    store.commit(changes).await.unwrap();
    let cluster = Cluster::clone(&published.snapshot().cluster);
    published.publish(cluster, told);
}

fn progress(ready: u32) -> Event {
    event("c1", Happening::RolloutProgress { ready, wanted: 9, old: 0 })
}

#[tokio::test]
async fn a_slow_follower_is_given_what_the_log_no_longer_has() {
    let (published, id, store) = short_log().await;
    let start = event("c1", Happening::DeploymentStarted { commit: CommitId::new("c1") });
    publish(&published, &store, numbered(1, vec![start])).await;
    let mut slow = pin!(follow::follow(&published, &id, None).expect("known"));
    assert!(matches!(soon(slow.next()).await, Some(Followed::Event { number: 1, .. })));

    let more = vec![progress(1), event("other", Happening::RolloutStarted), progress(2), progress(3)];
    publish(&published, &store, numbered(2, more)).await;
    for expected in [2, 4, 5] {
        let seen = soon(slow.next()).await;
        assert!(matches!(seen, Some(Followed::Event { number, .. }) if number == expected), "{seen:?}");
    }
}

#[tokio::test]
async fn who_reads_all_events_is_told_what_is_missing() {
    let (published, _, store) = short_log().await;
    publish(&published, &store, numbered(1, vec![progress(1), progress(2), progress(3)])).await;
    let mut late = pin!(tail::tail(&published, Some(0)));
    assert!(matches!(soon(late.next()).await, Some(Followed::Missed { before: 2 })));
    assert!(matches!(soon(late.next()).await, Some(Followed::Event { number: 2, .. })));
    assert!(matches!(soon(late.next()).await, Some(Followed::Event { number: 3, .. })));

    let mut resumed = pin!(tail::tail(&published, Some(2)));
    assert!(matches!(soon(resumed.next()).await, Some(Followed::Event { number: 3, .. })));
    publish(&published, &store, numbered(4, vec![progress(4), progress(5), progress(6)])).await;
    assert!(matches!(soon(resumed.next()).await, Some(Followed::CutOff)), "it was too slow");
    assert!(soon(resumed.next()).await.is_none());
}
