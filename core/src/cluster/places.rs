//! The scheduler's view of the agents, kept beside the cluster's own: made when a task is first to be placed, and
//! told of every change from then on.

use super::state::Agent;
use super::{AGENT_TIMEOUT, Cluster, TaskRecord};
use crate::model::{AgentId, AppSpec, Timestamp};
use crate::planted::{self, Bug};
use crate::rollout::TaskState;
use crate::schedule::{Claim, Fleet, Link, Load, Rejection, Site, Slot};
use std::sync::Arc;

/// A copy of a cluster begins without: it makes its own if it ever places a task.
#[derive(Debug, Default)]
pub(super) struct Places {
    fleet: Option<Box<Fleet>>,
    /// Agents whose held room the app that is being placed may take.
    lifted: Vec<AgentId>,
}

impl Clone for Places {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Places {
    pub(super) fn take(&mut self, agent: &Agent, task: &TaskRecord) {
        if let Some(fleet) = &mut self.fleet {
            fleet.take(agent.slot, &task.claim());
        }
    }

    pub(super) fn give_back(&mut self, agent: &Agent, task: &TaskRecord) {
        if let Some(fleet) = &mut self.fleet {
            fleet.give_back(agent.slot, &task.claim());
        }
    }
}

impl Cluster {
    /// Places tasks by `spec` from now on. Constraints count the app's standing tasks of every definition, so they
    /// hold while it is exchanged; but neither tasks that break them themselves nor those that are replaced
    /// because they cannot be reached.
    pub(super) fn begin_placing(&mut self, spec: &AppSpec, now: Timestamp) {
        let placed = self.placed(spec, now);
        if planted::is(Bug::FreeEarly) {
            self.places.fleet = None;
        }
        for agent in std::mem::take(&mut self.places.lifted) {
            self.show_load(&agent);
        }
        let mut fleet = self.places.fleet.take().unwrap_or_else(|| Box::new(self.fleet(now)));
        let lifted = self.open_holds(spec);
        for agent in lifted.iter().filter_map(|id| self.agents.get(id)) {
            fleet.set_load(agent.slot, &self.load_without_hold(agent));
        }
        fleet.begin(spec, placed.into_iter());
        self.places = Places { fleet: Some(fleet), lifted };
    }

    /// The place of one more task of the app that was begun; it is the next one's business that the task gets there.
    pub(super) fn choose_place(&mut self, spec: &AppSpec) -> Result<Site, Vec<Rejection>> {
        let Some(fleet) = &mut self.places.fleet else { return Err(Vec::new()) };
        match fleet.choose(spec) {
            Some(site) => Ok(site),
            None => Err(fleet.rejections(spec)),
        }
    }

    /// The scheduler takes note of what an agent says of itself, or of its link.
    pub(super) fn show_agent(&mut self, id: &AgentId, now: Timestamp) {
        let Some(agent) = self.agents.get(id) else { return };
        let (info, link, load) = (&agent.record.info, link(agent, now), self.load_with_hold(agent));
        match &mut self.places.fleet {
            Some(fleet) if agent.slot.is_in(fleet) => fleet.update(agent.slot, info, link, &load),
            Some(fleet) => fleet.push(info.clone(), link, load),
            None => {}
        }
    }

    /// What is held of the agent, by tasks and for tasks to come, changed by itself.
    pub(super) fn show_load(&mut self, id: &AgentId) {
        let Some(agent) = self.agents.get(id) else { return };
        let load = self.load_with_hold(agent);
        if let Some(fleet) = self.places.fleet.as_mut().filter(|fleet| agent.slot.is_in(fleet)) {
            fleet.set_load(agent.slot, &load);
        }
    }

    /// Tries something on a copy with the scheduler's view of this cluster, then sets it right again.
    pub(super) fn on_trial<T>(&mut self, attempt: impl FnOnce(&mut Trial) -> T) -> T {
        let mut trial = Trial { cluster: self.clone(), touched: Vec::new() };
        trial.cluster.places = std::mem::take(&mut self.places);
        let result = attempt(&mut trial);
        self.places = std::mem::take(&mut trial.cluster.places);
        if let Some(fleet) = &mut self.places.fleet {
            fleet.end();
        }
        trial.touched.iter().for_each(|agent| self.show_load(agent));
        result
    }

    pub(crate) fn fleet(&self, now: Timestamp) -> Fleet {
        let mut agents: Vec<&Arc<Agent>> = self.agents.values().collect();
        agents.sort_by_key(|agent| agent.slot);
        let mut fleet = Fleet::new(self.meta.seed);
        for agent in agents {
            fleet.push(agent.record.info.clone(), link(agent, now), self.load_of(agent));
        }
        fleet
    }

    fn load_of(&self, agent: &Agent) -> Load {
        let mut load = self.load_with_hold(agent);
        if planted::is(Bug::FreeEarly) {
            let tasks = agent.tasks.iter().filter_map(|id| self.tasks.get(id));
            for task in tasks.filter(|task| task.is_killing()) {
                load.give_back(&Claim { ports: Vec::new(), ..task.claim() });
            }
        }
        load
    }

    pub(super) fn placed(&self, spec: &AppSpec, now: Timestamp) -> Vec<Slot> {
        let Some(app) = self.apps.get(&spec.id) else { return Vec::new() };
        let stands = |task: &&Arc<TaskRecord>| {
            !task.misplaced
                && !task.is_killing()
                && self.summary(task, &app.record, now).state != TaskState::Unreachable
        };
        let slot = |task: &Arc<TaskRecord>| self.agents.get(&task.agent).map(|agent| agent.slot);
        app.tasks.values().filter(stands).filter_map(slot).collect()
    }
}

/// A copy of a cluster that borrows the scheduler's view.
pub(super) struct Trial {
    cluster: Cluster,
    touched: Vec<AgentId>,
}

impl Trial {
    pub(super) fn remove(&mut self, task: &TaskRecord) {
        self.touched.push(task.agent.clone());
        self.cluster.remove_task(&task.id);
    }

    pub(super) fn insert(&mut self, task: Arc<TaskRecord>) {
        self.touched.push(task.agent.clone());
        self.cluster.insert_task(task);
    }

    pub(super) fn cluster(&mut self) -> &mut Cluster {
        &mut self.cluster
    }
}

pub(super) fn link(agent: &Agent, now: Timestamp) -> Link {
    match agent.record.lost_since {
        Some(since) if now < since + AGENT_TIMEOUT => Link::Away,
        Some(_) => Link::Gone,
        None if agent.record.drain.is_some() => Link::Draining,
        None if !agent.strangers.is_empty() => Link::Tidying,
        None => Link::Up,
    }
}
