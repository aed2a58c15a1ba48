//! The master against a store in memory and agents that only take notes.

use super::events::EventLog;
use super::published::Published;
use super::sample::sample_app;
use super::{Followed, Inbox, Master, Reconciler, Stopped, Transport, follow};
use crate::store::{Memory, Store, StoreError};
use futures_util::{Stream, StreamExt};
use ship_core::cluster::{Cluster, Commit, Event, Happening, Input, Outcome, TaskReport};
use ship_core::model::{
    AgentId, AgentInfo, Checks, CommitId, DeploymentId, EngineState, PortRange, Resources, Scalar, TaskId, TaskSpec,
    TaskStatus, Timestamp, Wanted,
};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Longer than anything here can take.
const PATIENCE: Duration = Duration::from_secs(20);

struct Notes(mpsc::UnboundedSender<TaskSpec>);

impl Transport for Notes {
    fn launch(&self, _agent: &AgentId, task: &TaskSpec) {
        self.0.send(task.clone()).expect("the test listens");
    }

    fn kill(&self, _agent: &AgentId, _task: &TaskId, _grace_secs: Option<u32>) {}

    fn recheck(&self, _agent: &AgentId, _task: &TaskId, _checks: &Checks) {}
}

struct Bench {
    master: Master,
    store: Memory,
    launches: mpsc::UnboundedReceiver<TaskSpec>,
    run: JoinHandle<Result<(), StoreError>>,
    stop: CancellationToken,
    _stop_at_end: DropGuard,
}

fn bench(cluster: Cluster) -> Bench {
    let store = Memory::default();
    let stop = CancellationToken::new();
    let (notes, launches) = mpsc::unbounded_channel();
    let (master, reconciler) =
        Reconciler::new(cluster, Arc::new(store.clone()), Arc::new(Notes(notes)), Inbox::new(), stop.clone());
    let run = tokio::spawn(reconciler.run());
    Bench { master, store, launches, run, stop: stop.clone(), _stop_at_end: stop.drop_guard() }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("in time")
}

async fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    soon(stream.collect()).await
}

fn agent() -> AgentInfo {
    AgentInfo {
        id: AgentId::new("agent-1"),
        hostname: "one".to_owned(),
        resources: Resources { cpus: Scalar::whole(4), mem: Scalar::whole(1024), disk: Scalar::whole(1024), gpus: 0 },
        ports: vec![PortRange::DEFAULT],
        attributes: BTreeMap::new(),
        zone: None,
        region: None,
        engine: EngineState::Up { version: "20.10".to_owned() },
    }
}

fn wanted(instances: u32) -> Wanted {
    let app = sample_app("/web", instances);
    let mut wanted = Wanted::default();
    wanted.apps.insert(app.id.clone(), Arc::new(app));
    wanted
}

fn commit(id: &str) -> Commit {
    Commit { id: CommitId::new(id), author: "A <a@example.org>".to_owned(), subject: "web".to_owned(), reverts: None }
}

fn event(id: &str, what: Happening) -> Event {
    Event { at: Timestamp(1), deployment: Some(DeploymentId::new(id)), app: None, what }
}

#[tokio::test]
async fn a_commit_is_durable_before_its_tasks_are_launched() {
    let mut bench = bench(Cluster::new(1));
    bench.master.submit(Input::AgentJoined { info: agent(), tasks: Vec::new() }).await.unwrap();
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    assert_eq!(id, DeploymentId::new("c1"));
    assert!(bench.master.snapshot().deployment(&id).is_some(), "published before it is answered");

    let task = soon(bench.launches.recv()).await.expect("a launch");
    let restored = Cluster::restore(bench.store.scan().await.unwrap()).expect("a cluster record");
    assert!(restored.task(&task.id).is_some(), "the store knew the task when the agent got it");
    assert_eq!(restored.commit().map(|commit| commit.id.as_str()), Some("c1"));

    let again = soon(bench.master.desire(commit("c2"), wanted(1))).await.unwrap();
    assert_eq!(again, None, "nothing differs");
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_done() {
    let mut bench = bench(Cluster::new(1));
    bench.master.submit(Input::AgentJoined { info: agent(), tasks: Vec::new() }).await.unwrap();
    soon(bench.master.desire(commit("c0"), Wanted::default())).await.unwrap();
    bench.store.fail();
    assert_eq!(soon(bench.master.desire(commit("c1"), wanted(1))).await, Err(Stopped));
    soon(bench.run).await.unwrap().expect_err("the master gives up");
    assert!(bench.launches.try_recv().is_err());
    assert_eq!(bench.master.submit(Input::Tick).await, Err(Stopped));
    assert!(bench.master.snapshot().deployment(&DeploymentId::new("c1")).is_none(), "nor is it shown");
}

#[tokio::test]
async fn followers_see_a_deployment_whole_whenever_they_come() {
    let mut bench = bench(Cluster::new(1));
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
async fn the_end_is_told_even_when_its_event_is_gone() {
    let first = bench(Cluster::new(1));
    soon(first.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    soon(first.master.desire(commit("c2"), Wanted::default())).await.unwrap();
    let restored = Cluster::restore(first.store.scan().await.unwrap()).expect("a cluster record");
    let second = bench(restored);
    let events = all(second.master.follow(&DeploymentId::new("c1")).expect("still known")).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert!(matches!(events[0].what, Happening::DeploymentEnded { outcome: Outcome::Superseded, .. }), "{events:?}");
}

#[tokio::test]
async fn a_stop_ends_followers_and_the_master() {
    let bench = bench(Cluster::new(1));
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let follower = bench.master.follow(&id).expect("known");
    bench.stop.cancel();
    all(follower).await;
    soon(bench.run).await.unwrap().expect("an orderly end");
    assert_eq!(bench.master.desire(commit("c2"), Wanted::default()).await, Err(Stopped));
}

#[tokio::test]
async fn a_slow_follower_is_told_that_it_was_cut_off() {
    let bench = bench(Cluster::new(1));
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let cluster = Cluster::clone(&bench.master.snapshot());
    let published = Arc::new(Published::new(cluster.clone(), EventLog::with_capacity(1, 2), CancellationToken::new()));
    published.publish(cluster.clone(), vec![event("c1", Happening::DeploymentStarted { commit: CommitId::new("c1") })]);
    let mut slow = pin!(follow::follow(&published, &id, None).expect("known"));
    assert!(matches!(soon(slow.next()).await, Some(Followed::Event { number: 1, .. })));

    let progress = |ready| event("c1", Happening::RolloutProgress { ready, wanted: 9, old: 0 });
    published.publish(cluster, vec![progress(1), event("other", Happening::RolloutStarted), progress(2)]);
    assert!(matches!(soon(slow.next()).await, Some(Followed::CutOff)));
    assert!(soon(slow.next()).await.is_none());

    let mut anew = pin!(follow::follow(&published, &id, Some(1)).expect("known"));
    assert!(matches!(soon(anew.next()).await, Some(Followed::Event { number: 4, .. })));
}
