//! A master without agents: the real cluster decides what is wanted and what a plan is, the test decides
//! when a rollout goes on.

use async_trait::async_trait;
use futures_util::StreamExt;
use ship_core::cluster::{Cluster, Commit, Effect, Event, Happening, Input, Outcome, TaskReport};
use ship_core::model::{
    AgentId, AgentInfo, AppId, DeploymentId, EngineState, PortRange, Resources, Scalar, TaskId, TaskStatus, Timestamp,
    Wanted,
};
use ship_core::plan::Plan;
use shipd::git::{Desire, Rollout};
use shipd::master::Stopped;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::UnboundedReceiverStream;

pub(crate) struct FakeMaster {
    cluster: Mutex<Cluster>,
    /// In milliseconds; stands still but for [`FakeMaster::pass`].
    now: Mutex<u64>,
    /// What came of inputs and was not carried out yet.
    effects: Mutex<Vec<Effect>>,
    /// All plans that were made.
    plans: Mutex<Vec<Plan>>,
    /// The commit that was desired last, for tests that wait for it.
    pub(crate) at: watch::Sender<Option<Commit>>,
    news: watch::Sender<u64>,
    /// Set: rollouts wait for [`FakeMaster::tell`].
    held: bool,
    /// Everybody who watches a held rollout.
    followers: Mutex<Vec<mpsc::UnboundedSender<Event>>>,
    /// How many watch.
    pub(crate) watching: watch::Sender<usize>,
}

impl FakeMaster {
    /// Every rollout succeeds at once.
    pub(crate) fn quick() -> Self {
        Self::new(false)
    }

    /// Rollouts go on as the test tells.
    pub(crate) fn held() -> Self {
        Self::new(true)
    }

    fn new(held: bool) -> Self {
        Self {
            cluster: Mutex::new(Cluster::new(7)),
            now: Mutex::new(1000),
            effects: Mutex::default(),
            plans: Mutex::new(Vec::new()),
            at: watch::Sender::new(None),
            news: watch::Sender::new(0),
            held,
            followers: Mutex::new(Vec::new()),
            watching: watch::Sender::new(0),
        }
    }

    pub(crate) fn tell(&self, app: Option<&str>, what: Happening) {
        let app = app.map(|id| AppId::parse(id).unwrap());
        let event = Event { at: Timestamp(1500), deployment: None, app, what, task: None };
        self.followers.lock().unwrap().retain(|follower| follower.send(event.clone()).is_ok());
    }

    pub(crate) fn end(&self, outcome: Outcome, summary: &str) {
        self.tell(None, Happening::DeploymentEnded { outcome, summary: summary.to_owned() });
    }

    /// Waits until nobody watches any more.
    pub(crate) async fn until_unwatched(&self) {
        let followers = self.followers.lock().unwrap().clone();
        for follower in followers {
            follower.closed().await;
        }
    }

    fn feed(&self, input: Input) {
        let now = Timestamp(*self.now.lock().unwrap());
        let mut cluster = self.cluster.lock().unwrap();
        let effects = cluster.handle(now, input);
        let commit = cluster.commit().cloned();
        drop(cluster);
        self.effects.lock().unwrap().extend(effects);
        self.at.send_replace(commit);
        self.news.send_modify(|number| *number += 1);
    }

    /// An agent that can run everything but images named `broken`.
    pub(crate) fn join_agent(&self) {
        self.feed(Input::AgentJoined { info: agent(), tasks: Vec::new() });
    }

    /// Lets time pass. The agent does as it is told, within a second.
    pub(crate) fn pass(&self, secs: u64) {
        for _ in 0..secs {
            *self.now.lock().unwrap() += 1000;
            self.feed(Input::Tick);
            let effects = std::mem::take(&mut *self.effects.lock().unwrap());
            for (task, status) in effects.into_iter().filter_map(answer) {
                self.feed(Input::TaskUpdate { agent: agent().id, report: TaskReport { task, status } });
            }
        }
    }

    pub(crate) fn apps(&self) -> Vec<String> {
        self.wanted().apps.keys().map(ToString::to_string).collect()
    }
}

#[async_trait]
impl Desire for FakeMaster {
    fn cluster(&self) -> Arc<Cluster> {
        Arc::new(self.cluster.lock().unwrap().clone())
    }

    fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    fn plan(&self, target: &Wanted) -> Plan {
        let plan = ship_core::plan::plan(&self.cluster.lock().unwrap(), target, Timestamp(1000));
        self.plans.lock().unwrap().push(plan.clone());
        plan
    }

    fn shown(&self, fingerprint: &str) -> Option<Plan> {
        self.plans.lock().unwrap().iter().find(|plan| plan.fingerprint.0 == fingerprint).cloned()
    }

    async fn command(&self, inputs: Vec<Input>) -> Result<(), Stopped> {
        inputs.into_iter().for_each(|input| self.feed(input));
        Ok(())
    }

    fn follow(&self, id: &DeploymentId) -> Option<Rollout> {
        self.cluster.lock().unwrap().deployment(id)?;
        let (follower, events) = mpsc::unbounded_channel();
        self.followers.lock().unwrap().push(follower);
        self.watching.send_modify(|watching| *watching += 1);
        if !self.held {
            self.end(Outcome::Succeeded, "1 app done");
        }
        Some(Rollout { started: Timestamp(1000), events: UnboundedReceiverStream::new(events).boxed() })
    }
}

/// What the agent says to a command.
fn answer(effect: Effect) -> Option<(TaskId, TaskStatus)> {
    match effect {
        Effect::Launch { task, .. } if task.image.name == "broken" => {
            Some((task.id, TaskStatus::Refused { reason: "no such image: broken".to_owned() }))
        }
        Effect::Launch { task, .. } => Some((task.id, TaskStatus::Running { address: None })),
        Effect::Kill { task, .. } => Some((task, TaskStatus::Gone)),
        Effect::Save(_)
        | Effect::Forget(_)
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Emit(_)
        | Effect::Wake(_) => None,
    }
}

fn agent() -> AgentInfo {
    let plenty = Scalar::whole(100_000);
    AgentInfo {
        id: AgentId::new("agent-1"),
        hostname: "one".to_owned(),
        resources: Resources { cpus: plenty, mem: plenty, disk: plenty, gpus: 0 },
        ports: vec![PortRange::DEFAULT],
        attributes: BTreeMap::new(),
        zone: None,
        region: None,
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "20.10".to_owned() },
    }
}
