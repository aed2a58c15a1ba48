//! What a cluster knows. Persistent maps: a copy of a whole cluster costs nothing, so the shell
//! publishes copies to its readers and the forecast plays with one.

use super::delay::LaunchDelay;
use super::holds::Hold;
use super::news::News;
use super::places::Places;
use super::progress::Progress;
use super::service_ports::ServicePorts;
use super::waiting::Waiting;
use super::{AgentRecord, AppRecord, ClusterRecord, Commit, Deployment, TaskRecord, VolumeRecord};
use crate::model::{
    AgentId, AppId, AppSpec, DeploymentId, EngineState, Kind, TaskId, Timestamp, Version, VolumeId, Wanted,
};
use crate::rollout::TaskState;
use crate::schedule::{Load, Slot};
use imbl::{OrdMap, OrdSet};
use std::sync::Arc;

/// Everything that decisions are made from. A copy costs nothing: the maps are persistent.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub(super) meta: ClusterRecord,
    pub(super) wanted: Wanted,
    pub(super) apps: OrdMap<AppId, Arc<App>>,
    pub(super) agents: OrdMap<AgentId, Arc<Agent>>,
    pub(super) tasks: OrdMap<TaskId, Arc<TaskRecord>>,
    pub(super) deployments: OrdMap<DeploymentId, Arc<Deployment>>,
    /// The deployment that carries out an app's latest change, while it does.
    pub(super) carriers: OrdMap<AppId, DeploymentId>,
    /// By the app that is waited for: the apps that wait for it.
    pub(super) blocked: OrdMap<AppId, OrdSet<AppId>>,
    /// By what they depend on: apps on their way out.
    pub(super) leaving: OrdMap<AppId, OrdSet<AppId>>,
    /// Apps whose failed change is to be taken back by a commit.
    pub(super) reverting: OrdSet<AppId>,
    /// Apps with tasks that fit nowhere.
    pub(super) roomless: OrdSet<AppId>,
    /// Apps with an instance on every agent that matches.
    pub(super) everywhere: OrdSet<AppId>,
    /// Room that is being made for tasks of important apps.
    pub(super) holds: OrdMap<AgentId, Hold>,
    /// Space that instances keep.
    pub(super) volumes: OrdMap<VolumeId, Arc<VolumeRecord>>,
    /// By volume: the task that uses it.
    pub(super) mounted: OrdMap<VolumeId, TaskId>,
    pub(super) kept_on: OrdMap<AgentId, OrdSet<VolumeId>>,
    /// When to look at what again.
    pub(super) timers: OrdSet<(Timestamp, Due)>,
    pub(super) service_ports: ServicePorts,
    pub(super) places: Places,
}

/// An app's record, and what can be found out again after a crash.
#[derive(Debug, Clone)]
pub(super) struct App {
    pub(super) record: Arc<AppRecord>,
    /// Their records, too: every look at the app reads all of them.
    pub(super) tasks: OrdMap<TaskId, Arc<TaskRecord>>,
    pub(super) delay: LaunchDelay,
    /// Why it does not go on right now.
    pub(super) waiting: Option<Waiting>,
    /// Since when all is as wanted; `None` if it is not.
    pub(super) converged_since: Option<Timestamp>,
    /// Of the change under way.
    pub(super) progress: Progress,
    /// The last counts told: ready tasks of the wanted configuration, tasks still to be replaced.
    pub(super) told: (u32, u32),
    /// Of those of its tasks that have any.
    pub(super) news: OrdMap<TaskId, News>,
}

/// An agent's record, and the sum of what its tasks hold.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) record: Arc<AgentRecord>,
    pub(super) tasks: OrdSet<TaskId>,
    pub(super) load: Load,
    /// Its number in the order in which agents came.
    pub(super) slot: Slot,
    /// Tasks it has that are not ours (any more). What they hold is unknown, so it gets no new ones until
    /// they are gone.
    pub(super) strangers: OrdSet<TaskId>,
}

/// What a timer is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    App(AppId),
    Agent(AgentId),
}

impl Cluster {
    /// A cluster without apps and agents. `seed` makes its task ids its own: draw it once, at random.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let meta = ClusterRecord { seed, next_instance: 1, last_version: Version::default(), commit: None };
        Self {
            meta,
            wanted: Wanted::default(),
            apps: OrdMap::new(),
            agents: OrdMap::new(),
            tasks: OrdMap::new(),
            deployments: OrdMap::new(),
            carriers: OrdMap::new(),
            blocked: OrdMap::new(),
            leaving: OrdMap::new(),
            reverting: OrdSet::new(),
            roomless: OrdSet::new(),
            everywhere: OrdSet::new(),
            holds: OrdMap::new(),
            volumes: OrdMap::new(),
            mounted: OrdMap::new(),
            kept_on: OrdMap::new(),
            timers: OrdSet::new(),
            service_ports: ServicePorts::default(),
            places: Places::default(),
        }
    }

    /// Adds an agent that was never seen before.
    pub(super) fn add_agent(&mut self, record: Arc<AgentRecord>) {
        let slot = Slot::at(self.agents.len());
        self.agents.insert(record.info.id.clone(), Arc::new(Agent::new(record, slot)));
    }

    /// Adds a task and what it holds; replaces nothing.
    pub(super) fn insert_task(&mut self, task: Arc<TaskRecord>) {
        if let Some(app) = self.apps.get_mut(&task.app) {
            Arc::make_mut(app).tasks.insert(task.id.clone(), Arc::clone(&task));
        }
        if let Some(agent) = self.agents.get_mut(&task.agent) {
            Arc::make_mut(agent).take(&task);
            self.places.take(agent, &task);
        }
        if let Some(volume) = &task.volume {
            self.mounted.insert(volume.clone(), task.id.clone());
            self.show_load(&task.agent);
        }
        self.tasks.insert(task.id.clone(), task);
    }

    /// Puts another record in a task's place. What it holds on its agent must be the same.
    pub(super) fn replace_task(&mut self, task: Arc<TaskRecord>) {
        if let Some(app) = self.apps.get_mut(&task.app) {
            Arc::make_mut(app).tasks.insert(task.id.clone(), Arc::clone(&task));
        }
        self.tasks.insert(task.id.clone(), task);
    }

    pub(super) fn remove_task(&mut self, id: &TaskId) -> Option<Arc<TaskRecord>> {
        let task = self.tasks.remove(id)?;
        if let Some(app) = self.apps.get_mut(&task.app) {
            let app = Arc::make_mut(app);
            app.tasks.remove(id);
            app.news.remove(id);
        }
        if let Some(agent) = self.agents.get_mut(&task.agent) {
            Arc::make_mut(agent).give_back(&task);
            self.places.give_back(agent, &task);
        }
        if let Some(volume) = task.volume.as_ref().filter(|volume| self.mounted.get(*volume) == Some(id)) {
            self.mounted.remove(volume);
            self.show_load(&task.agent);
        }
        Some(task)
    }

    /// Unlike that of every other cluster, and the same for good.
    #[must_use]
    pub fn name(&self) -> String {
        format!("ship-{:016x}", self.meta.seed)
    }

    /// The desired state that is being carried out.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        self.wanted.clone()
    }

    /// The commit that is being carried out; `None` in a new cluster.
    #[must_use]
    pub fn commit(&self) -> Option<&Commit> {
        self.meta.commit.as_ref()
    }

    /// Running or ended, by its full id; `None` once it is no longer kept.
    #[must_use]
    pub fn deployment(&self, id: &DeploymentId) -> Option<&Arc<Deployment>> {
        self.deployments.get(id)
    }

    /// The newest first.
    pub fn deployments(&self) -> impl Iterator<Item = &Arc<Deployment>> {
        let mut all: Vec<_> = self.deployments.values().collect();
        all.sort_by(|a, b| (b.started, &b.id).cmp(&(a.started, &a.id)));
        all.into_iter()
    }

    /// Whether the agent's link is up.
    #[must_use]
    pub fn is_linked(&self, id: &AgentId) -> bool {
        self.agents.get(id).is_some_and(|agent| agent.record.lost_since.is_none())
    }

    /// Apps whose latest change is still being carried out.
    pub fn under_way(&self) -> impl Iterator<Item = &AppId> {
        self.carriers.keys()
    }

    /// Whether the agent is told what to do and can do it: its link and its engine are up.
    #[must_use]
    pub fn answers(&self, id: &AgentId) -> bool {
        self.agents.get(id).is_some_and(|agent| agent.answers())
    }

    /// Ending ones included; `None` once it is gone or forgotten.
    #[must_use]
    pub fn task(&self, id: &TaskId) -> Option<&Arc<TaskRecord>> {
        self.tasks.get(id)
    }

    /// By id, so in the order of their launch.
    pub fn tasks_of(&self, app: &AppId) -> impl Iterator<Item = &Arc<TaskRecord>> {
        self.apps.get(app).into_iter().flat_map(|app| app.tasks.values())
    }

    /// What an app's tasks are launched and kept by; `None` if there is no such app.
    #[must_use]
    pub fn spec(&self, app: &AppId) -> Option<&Arc<AppSpec>> {
        self.apps.get(app).map(|app| &app.record.spec)
    }

    /// Whether what is wanted under this id is an app or a pod; `None` if it is neither.
    #[must_use]
    pub fn kind_of(&self, app: &AppId) -> Option<Kind> {
        self.app_record(app)?.wanted().map(|spec| spec.kind())
    }

    /// What is stored of an app; `None` if there is no such app.
    #[must_use]
    pub fn app_record(&self, app: &AppId) -> Option<&Arc<AppRecord>> {
        self.apps.get(app).map(|app| &app.record)
    }

    /// All tasks by id.
    pub fn tasks(&self) -> impl Iterator<Item = &Arc<TaskRecord>> {
        self.tasks.values()
    }

    /// Ready tasks of the app, and all that hold a place, ending ones included.
    #[must_use]
    pub fn counts(&self, app: &AppId, now: Timestamp) -> (u32, u32) {
        let Some(record) = self.apps.get(app).map(|app| &app.record) else { return (0, 0) };
        let states = self.tasks_of(app).map(|task| self.summary(task, record, now).state);
        states.fold((0, 0), |(ready, running), state| {
            (ready + u32::from(state == TaskState::Ready), running + u32::from(state != TaskState::Unreachable))
        })
    }

    /// As people call the agent.
    #[must_use]
    pub fn host_of(&self, agent: &AgentId) -> String {
        self.host(agent)
    }

    pub(super) fn host(&self, agent: &AgentId) -> String {
        self.agents.get(agent).map_or_else(|| agent.to_string(), |agent| agent.record.info.hostname.clone())
    }
}

impl App {
    pub(super) fn new(record: Arc<AppRecord>) -> Self {
        Self {
            record,
            tasks: OrdMap::new(),
            delay: LaunchDelay::default(),
            waiting: None,
            converged_since: None,
            progress: Progress::default(),
            told: (0, 0),
            news: OrdMap::new(),
        }
    }
}

impl Agent {
    pub(super) fn new(record: Arc<AgentRecord>, slot: Slot) -> Self {
        let load = Load::none(&record.info);
        Self { record, tasks: OrdSet::new(), load, slot, strangers: OrdSet::new() }
    }

    /// What it says of itself, or of its link, is this now.
    pub(super) fn set_record(&mut self, record: Arc<AgentRecord>) {
        self.load.ports = self.load.ports.offering(&record.info.ports);
        self.record = record;
    }

    /// What is wrong with the link to it or with its engine; its tasks are unknown meanwhile.
    pub(super) fn trouble(&self) -> Option<String> {
        match (&self.record.lost_since, &self.record.info.engine) {
            (Some(_), _) => Some("not connected".to_owned()),
            (None, EngineState::Down { reason }) => Some(format!("engine down: {reason}")),
            (None, EngineState::Up { .. }) => None,
        }
    }

    fn take(&mut self, task: &TaskRecord) {
        self.tasks.insert(task.id.clone());
        self.load.take(&task.claim());
    }

    fn give_back(&mut self, task: &TaskRecord) {
        self.tasks.remove(&task.id);
        self.load.give_back(&task.claim());
    }
}
