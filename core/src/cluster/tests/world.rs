//! A cluster, its store and its agents in memory. Messages wait until the test delivers them; every
//! turn's records are stored and every invariant is checked.

use crate::cluster::invariants::{self, Step};
use crate::cluster::{Cluster, Commit, Effect, Event, Input, Key, Outcome, Record, TaskReport};
use crate::fixture::{AppBuilder, agent, commit, wanted};
use crate::model::{AgentId, AppId, DeploymentId, EngineState, TaskId, TaskSpec, TaskStatus, Timestamp, VolumeId};
use crate::protocol::AppView;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// More messages than any scenario needs.
const MESSAGES: usize = 100_000;

pub(super) struct World {
    pub(super) cluster: Cluster,
    pub(super) now: Timestamp,
    pub(super) agents: BTreeMap<AgentId, Machine>,
    pub(super) events: Vec<Event>,
    pub(super) launches: usize,
    /// Whether what agents say is taken in together.
    pub(super) batched: bool,
    /// Tasks whose checks changed, and how many they have since.
    pub(super) rechecked: Vec<(TaskId, usize)>,
    /// Images that cannot be pulled.
    pub(super) bad_images: Vec<String>,
    store: BTreeMap<Key, Record>,
    wake: Option<Timestamp>,
    commits: u32,
}

/// One agent: what it runs, and what was sent to it and not yet read.
#[derive(Default)]
pub(super) struct Machine {
    pub(super) connected: bool,
    pub(super) containers: BTreeMap<TaskId, TaskSpec>,
    /// Names of its engine's volumes.
    pub(super) data: BTreeSet<String>,
    mail: VecDeque<Mail>,
}

enum Mail {
    Launch(Box<TaskSpec>),
    Kill(TaskId),
    Remove(VolumeId, Vec<String>),
}

impl World {
    pub(super) fn new(agents: &[&str]) -> Self {
        let mut world = Self {
            cluster: Cluster::new(7),
            now: Timestamp(1_000_000),
            agents: BTreeMap::new(),
            events: Vec::new(),
            launches: 0,
            batched: false,
            rechecked: Vec::new(),
            bad_images: Vec::new(),
            store: BTreeMap::new(),
            wake: None,
            commits: 0,
        };
        let effects = world.cluster.start(world.now);
        world.carry_out(effects);
        for id in agents {
            world.join(id);
        }
        world
    }

    pub(super) fn feed(&mut self, input: Input) {
        let before = self.cluster.clone();
        let seen = input.clone();
        let effects = self.cluster.handle(self.now, input);
        let step = Step { now: self.now, input: Some(&seen), before: &before, effects: &effects, after: &self.cluster };
        assert_eq!(invariants::broken_by(&step), []);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Save(record) => {
                    self.store.insert(record.key(), record);
                }
                Effect::Forget(key) => {
                    self.store.remove(&key);
                }
                Effect::Launch { agent, task } => {
                    assert!(self.store.contains_key(&Key::Task(task.id.clone())), "launched before it was stored");
                    self.launches += 1;
                    self.post(&agent, Mail::Launch(task));
                }
                Effect::Kill { agent, task, .. } => self.post(&agent, Mail::Kill(task)),
                Effect::RemoveVolume { agent, volume, names } => self.post(&agent, Mail::Remove(volume, names)),
                Effect::Recheck { agent, task, checks } => {
                    self.rechecked.push((task.clone(), checks.health.len()));
                    let container = self.agents.get_mut(&agent).and_then(|machine| machine.containers.get_mut(&task));
                    container.into_iter().for_each(|spec| spec.checks = checks.clone());
                }
                Effect::Emit(event) => self.events.push(event),
                Effect::Wake(at) => self.wake = Some(self.wake.map_or(at, |wake| wake.min(at))),
            }
        }
        assert_eq!(invariants::broken(&self.cluster), []);
    }

    fn post(&mut self, agent: &AgentId, mail: Mail) {
        if let Some(machine) = self.agents.get_mut(agent).filter(|machine| machine.connected) {
            machine.mail.push_back(mail);
        }
    }

    /// Several things at once. What follows is not judged: invariants know of one thing at a time.
    pub(super) fn feed_all(&mut self, inputs: impl IntoIterator<Item = Input>) {
        let effects = self.cluster.handle_all(self.now, inputs);
        self.carry_out(effects);
    }

    pub(super) fn join(&mut self, id: &str) {
        let machine = self.agents.entry(AgentId::new(id)).or_default();
        machine.connected = true;
        let running = |task: &TaskId| TaskReport { task: task.clone(), status: TaskStatus::Running { address: None } };
        let tasks = machine.containers.keys().map(running).collect();
        self.feed(Input::AgentJoined { info: agent(id), tasks });
    }

    pub(super) fn cut(&mut self, id: &str) {
        let machine = self.agents.get_mut(&AgentId::new(id)).expect("a known agent");
        machine.connected = false;
        machine.mail.clear();
        self.feed(Input::AgentLost { agent: AgentId::new(id) });
    }

    pub(super) fn engine_down(&mut self, id: &str) {
        let mut info = agent(id);
        info.engine = EngineState::Down { reason: "no answer".into() };
        self.feed(Input::AgentChanged { info });
    }

    pub(super) fn engine_up(&mut self, id: &str) {
        self.feed(Input::AgentChanged { info: agent(id) });
    }

    /// The master dies and a new one starts from the store. Links break.
    pub(super) fn crash(&mut self) {
        for machine in self.agents.values_mut() {
            machine.connected = false;
            machine.mail.clear();
        }
        self.wake = None;
        self.cluster = Cluster::restore(self.store.values().cloned()).expect("the cluster's record is stored");
        let effects = self.cluster.start(self.now);
        self.carry_out(effects);
    }

    /// Asks for these apps, and these alone.
    pub(super) fn push(&mut self, apps: impl IntoIterator<Item = AppBuilder>) -> DeploymentId {
        self.commits += 1;
        let commit = commit(&format!("commit{}", self.commits));
        let id = DeploymentId::new(commit.id.as_str());
        self.feed(Input::Desired { commit, wanted: wanted(apps) });
        id
    }

    /// As [`push`](Self::push), as the commit that takes a deployment's change back.
    pub(super) fn push_revert(
        &mut self,
        apps: impl IntoIterator<Item = AppBuilder>,
        reverts: &DeploymentId,
    ) -> DeploymentId {
        self.commits += 1;
        let commit = Commit { reverts: Some(reverts.clone()), ..commit(&format!("commit{}", self.commits)) };
        let id = DeploymentId::new(commit.id.as_str());
        self.feed(Input::Desired { commit, wanted: wanted(apps) });
        id
    }

    /// Delivers the oldest message of an agent; `false` if there is none.
    pub(super) fn deliver_one(&mut self, id: &AgentId) -> bool {
        let answer = self.answer(id);
        let any = answer.is_some();
        answer.into_iter().for_each(|input| self.feed(input));
        any
    }

    /// Delivers all messages there are, and the cluster takes in what agents answer together; `false` if there are none.
    fn deliver_together(&mut self) -> bool {
        let ids: Vec<AgentId> = self.agents.keys().cloned().collect();
        let mut answers = Vec::new();
        for id in &ids {
            answers.extend(std::iter::from_fn(|| self.answer(id)));
        }
        let any = !answers.is_empty();
        self.feed_all(answers);
        any
    }

    /// What an agent says to the oldest message that it has not read.
    fn answer(&mut self, id: &AgentId) -> Option<Input> {
        let machine = self.agents.get_mut(id).expect("a known agent");
        let mail = machine.mail.pop_front()?;
        let (task, status) = match mail {
            Mail::Remove(volume, names) => {
                let used = machine.containers.values().flat_map(|spec| &spec.mounts).any(|m| names.contains(&m.name));
                assert!(!used, "{volume} is in use");
                machine.data.retain(|name| !names.contains(name));
                return Some(Input::VolumeRemoved { agent: id.clone(), volume });
            }
            Mail::Launch(spec) if self.bad_images.contains(&spec.image.name) => {
                (spec.id.clone(), TaskStatus::Refused { reason: format!("no such image: {}", spec.image.name) })
            }
            Mail::Launch(spec) => {
                let task = spec.id.clone();
                machine.data.extend(spec.mounts.iter().map(|mount| mount.name.clone()));
                machine.containers.insert(task.clone(), *spec);
                (task, TaskStatus::Running { address: None })
            }
            Mail::Kill(task) => match machine.containers.remove(&task) {
                Some(_) => (
                    task,
                    TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None },
                ),
                None => (task, TaskStatus::Gone),
            },
        };
        Some(Input::TaskUpdate { agent: id.clone(), report: TaskReport { task, status } })
    }

    /// Delivers messages, and answers to them, until none is left. Time stands still.
    pub(super) fn deliver(&mut self) {
        for _ in 0..MESSAGES {
            let ids: Vec<AgentId> = self.agents.keys().cloned().collect();
            let any = if self.batched { self.deliver_together() } else { ids.iter().any(|id| self.deliver_one(id)) };
            if !any {
                return;
            }
        }
        panic!("messages without end");
    }

    /// Delivers one message, or if there is none lets time pass until the cluster wakes; `false` once it is at rest.
    pub(super) fn step(&mut self) -> bool {
        let ids: Vec<AgentId> = self.agents.keys().cloned().collect();
        if ids.iter().any(|id| self.deliver_one(id)) {
            return true;
        }
        let Some(at) = self.wake.take() else { return false };
        self.now = self.now.max(at);
        self.feed(Input::Tick);
        true
    }

    /// Lets time pass, with every wake-up at its moment and every message delivered.
    pub(super) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        self.deliver();
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            self.wake = None;
            self.now = self.now.max(at);
            self.feed(Input::Tick);
            self.deliver();
        }
        self.now = end;
    }

    pub(super) fn report(&mut self, task: &TaskId, status: TaskStatus) {
        let agent = self.cluster.task(task).expect("a known task").agent.clone();
        if status.is_terminal() {
            self.agents.get_mut(&agent).expect("its agent").containers.remove(task);
        }
        self.feed(Input::TaskUpdate { agent, report: TaskReport { task: task.clone(), status } });
    }

    pub(super) fn exit(&mut self, task: &TaskId, code: i64) {
        self.report(task, TaskStatus::Exited { code, out_of_memory: false, log_tail: Vec::new(), container: None });
    }

    pub(super) fn view(&self, app: &str) -> AppView {
        let id = AppId::parse(app).expect("an id");
        self.cluster.app_views(self.now, Some(&id)).pop().expect("a known app")
    }

    pub(super) fn has_app(&self, app: &str) -> bool {
        self.cluster.spec(&AppId::parse(app).expect("an id")).is_some()
    }

    pub(super) fn tasks(&self, app: &str) -> Vec<TaskId> {
        self.view(app).tasks.into_iter().map(|task| task.id).collect()
    }

    pub(super) fn outcome(&self, deployment: &DeploymentId) -> Outcome {
        self.cluster.deployment(deployment).expect("a known deployment").outcome
    }
}

pub(super) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}
