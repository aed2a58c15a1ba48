//! A copy of a cluster whose agents do at once what they are told, and whose clock goes on to whatever comes next.

use crate::cluster::{Cluster, Effect, Health, Input, TaskPhase, TaskRecord, TaskReport};
use crate::model::{AgentId, AppId, Checks, TaskId, TaskStatus, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// With more words than this on their way they are taken in together: what is asked then is about thousands of tasks.
const MANY: usize = 512;

/// What is to be fed to it next comes from its agents, or from its clock.
pub(super) struct Model {
    pub(super) cluster: Cluster,
    pub(super) now: Timestamp,
    inbox: VecDeque<Input>,
    wake: Option<Timestamp>,
}

/// Inputs that were handled together, mostly one, and what came of them.
pub(super) struct Step {
    /// The agents among those that sent them.
    pub(super) from: Vec<AgentId>,
    pub(super) effects: Vec<Effect>,
}

impl Model {
    /// Woken at once: of timers set before the copy was made, nobody here was told.
    pub(super) fn new(cluster: Cluster, now: Timestamp) -> Self {
        Self { cluster, now, inbox: VecDeque::new(), wake: Some(now) }
    }

    /// Answers what the agents were told before the copy was made. What changes may wait for apps that an
    /// earlier change is still at, so these go on as well.
    pub(super) fn catch_up(&mut self, app: &AppId) {
        let told: Vec<Arc<TaskRecord>> = self.cluster.tasks_of(app).cloned().collect();
        let checks = self.cluster.spec(app).map(|spec| spec.checks.clone()).unwrap_or_default();
        for task in told {
            match task.phase {
                TaskPhase::Staging => self.started(&task.agent, &task.id, &checks),
                TaskPhase::Running { health: Health::Unhealthy, .. } => {}
                TaskPhase::Running {
                    health: Health::Settling | Health::Unchecked | Health::Unknown | Health::Presumed | Health::Healthy,
                    ..
                } => {
                    self.proven(&task.agent, &task.id, &checks);
                }
                TaskPhase::Killing { .. } => self.answer(&task.agent, &task.id, TaskStatus::Gone),
            }
        }
    }

    /// Whether nothing more comes, or nothing before `horizon`.
    pub(super) fn rests_until(&self, horizon: Timestamp) -> bool {
        self.inbox.is_empty() && self.wake.is_none_or(|wake| wake > horizon)
    }

    /// What its agents say comes first, then what its clock does; `None` = nothing more comes.
    pub(super) fn next(&mut self) -> Option<Step> {
        if self.inbox.len() > MANY {
            return Some(self.feed_many());
        }
        if let Some(input) = self.inbox.pop_front() {
            return Some(self.feed(input));
        }
        let wake = self.wake.take()?;
        self.now = self.now.max(wake);
        Some(self.feed(Input::Tick))
    }

    pub(super) fn feed(&mut self, input: Input) -> Step {
        let from = sender(&input).into_iter().collect();
        let effects = self.cluster.handle(self.now, input);
        self.obey(&effects);
        Step { from, effects }
    }

    /// Of very many that say something nobody is told alone.
    fn feed_many(&mut self) -> Step {
        let news = self.inbox.iter().take_while(|input| input.is_news()).count().max(1);
        let inputs: Vec<Input> = self.inbox.drain(..news).collect();
        let from = inputs.iter().filter_map(sender).collect();
        let effects = self.cluster.handle_all(self.now, inputs);
        self.obey(&effects);
        Step { from, effects }
    }

    fn obey(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Launch { agent, task } => self.started(agent, &task.id, &task.checks),
                Effect::Kill { agent, task, .. } => self.answer(agent, task, TaskStatus::Gone),
                Effect::Wake(at) => self.wake = Some(self.wake.map_or(*at, |wake| wake.min(*at))),
                Effect::Recheck { agent, task, checks } => self.proven(agent, task, checks),
                Effect::RemoveVolume { agent, volume, .. } if self.cluster.answers(agent) => {
                    let (agent, volume) = (agent.clone(), volume.clone());
                    self.inbox.push_back(Input::VolumeRemoved { agent, volume });
                }
                Effect::RemoveVolume { .. } | Effect::Save(_) | Effect::Forget(_) | Effect::Emit(_) => {}
            }
        }
    }

    fn started(&mut self, agent: &AgentId, task: &TaskId, checks: &Checks) {
        self.answer(agent, task, TaskStatus::Running { address: None });
        self.proven(agent, task, checks);
    }

    /// What checks there are say yes.
    fn proven(&mut self, agent: &AgentId, task: &TaskId, checks: &Checks) {
        if !checks.health.is_empty() {
            self.answer(agent, task, TaskStatus::Health { healthy: true, cause: None });
        }
        if checks.readiness.is_some() {
            self.answer(agent, task, TaskStatus::Ready);
        }
    }

    /// Who cannot be reached, or has no engine, answers nothing.
    fn answer(&mut self, agent: &AgentId, task: &TaskId, status: TaskStatus) {
        if !self.cluster.answers(agent) {
            return;
        }
        let report = TaskReport { task: task.clone(), status };
        self.inbox.push_back(Input::TaskUpdate { agent: agent.clone(), report });
    }
}

fn sender(input: &Input) -> Option<AgentId> {
    match input {
        Input::TaskUpdate { agent, .. }
        | Input::AgentLost { agent }
        | Input::Undrain { agent }
        | Input::VolumeRemoved { agent, .. } => Some(agent.clone()),
        Input::AgentJoined { info, .. } | Input::AgentChanged { info } => Some(info.id.clone()),
        Input::Desired { .. }
        | Input::Drain { .. }
        | Input::Cancel { .. }
        | Input::Resume { .. }
        | Input::RevertRefused { .. }
        | Input::Wipe { .. }
        | Input::Kill { .. }
        | Input::EndPause { .. }
        | Input::Tick => None,
    }
}
