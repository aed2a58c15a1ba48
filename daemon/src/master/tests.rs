//! The master against a store in memory and agents that only take notes.

mod following;

use super::sample::sample_app;
use super::{Followed, Inbox, Master, Reconciler, Stopped, Transport};
use crate::store::{Memory, Store, StoreError};
use futures_util::{Stream, StreamExt};
use ship_core::cluster::{Cluster, Commit, Event, Happening, Input, Outcome, TaskReport};
use ship_core::model::{
    AgentId, AgentInfo, Checks, CommitId, DeploymentId, EngineState, PortRange, Resources, Scalar, TaskId, TaskSpec,
    TaskStatus, Timestamp, VolumeId, Wanted,
};
use std::collections::{BTreeMap, BTreeSet};
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

    fn remove_volume(&self, _agent: &AgentId, _volume: &VolumeId, _names: &[String]) {}
}

struct Bench {
    master: Master,
    store: Memory,
    launches: mpsc::UnboundedReceiver<TaskSpec>,
    run: JoinHandle<Result<(), StoreError>>,
    stop: CancellationToken,
    _stop_at_end: DropGuard,
}

async fn bench(cluster: Cluster) -> Bench {
    bench_over(cluster, Memory::default()).await
}

async fn bench_over(cluster: Cluster, store: Memory) -> Bench {
    let stop = CancellationToken::new();
    let (notes, launches) = mpsc::unbounded_channel();
    let (master, reconciler) =
        Reconciler::open(cluster, Arc::new(store.clone()), Arc::new(Notes(notes)), Inbox::new(), stop.clone())
            .await
            .unwrap();
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
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
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
    Commit {
        id: CommitId::new(id),
        author: "A <a@example.org>".to_owned(),
        subject: "web".to_owned(),
        reverts: None,
        version: None,
    }
}

#[tokio::test]
async fn a_commit_is_durable_before_its_tasks_are_launched() {
    let mut bench = bench(Cluster::new(1)).await;
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
    let mut bench = bench(Cluster::new(1)).await;
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
async fn a_stop_ends_followers_and_the_master() {
    let bench = bench(Cluster::new(1)).await;
    let id = soon(bench.master.desire(commit("c1"), wanted(1))).await.unwrap().expect("a deployment");
    let follower = bench.master.follow(&id).expect("known");
    bench.stop.cancel();
    all(follower).await;
    soon(bench.run).await.unwrap().expect("an orderly end");
    assert_eq!(bench.master.desire(commit("c2"), Wanted::default()).await, Err(Stopped));
}
