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
pub(super) struct Places(Option<Box<Fleet>>);

impl Clone for Places {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl Places {
    pub(super) fn take(&mut self, agent: &Agent, task: &TaskRecord) {
        if let Some(fleet) = &mut self.0 {
            fleet.take(agent.slot, &task.claim());
        }
    }

    pub(super) fn give_back(&mut self, agent: &Agent, task: &TaskRecord) {
        if let Some(fleet) = &mut self.0 {
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
            self.places.0 = None;
        }
        let mut fleet = self.places.0.take().unwrap_or_else(|| Box::new(self.fleet(now)));
        fleet.begin(spec, placed.into_iter());
        self.places.0 = Some(fleet);
    }

    /// The place of one more task of the app that was begun; it is the next one's business that the task gets there.
    pub(super) fn choose_place(&mut self, spec: &AppSpec) -> Result<Site, Vec<Rejection>> {
        let Some(fleet) = &mut self.places.0 else { return Err(Vec::new()) };
        match fleet.choose(spec) {
            Some(site) => Ok(site),
            None => Err(fleet.rejections(spec)),
        }
    }

    /// The scheduler takes note of what an agent says of itself, or of its link.
    pub(super) fn show_agent(&mut self, id: &AgentId, now: Timestamp) {
        let (Some(fleet), Some(agent)) = (&mut self.places.0, self.agents.get(id)) else { return };
        let (info, link) = (&agent.record.info, link(agent, now));
        match agent.slot.is_in(fleet) {
            true => fleet.update(agent.slot, info, link, &agent.load),
            false => fleet.push(info.clone(), link, agent.load.clone()),
        }
    }

    /// Tries something on a copy with the scheduler's view of this cluster, then sets it right again.
    pub(super) fn on_trial<T>(&mut self, attempt: impl FnOnce(&mut Trial) -> T) -> T {
        let mut trial = Trial { cluster: self.clone(), touched: Vec::new() };
        trial.cluster.places = std::mem::take(&mut self.places);
        let result = attempt(&mut trial);
        self.places = std::mem::take(&mut trial.cluster.places);
        if let Some(fleet) = &mut self.places.0 {
            fleet.end();
            for agent in trial.touched.iter().filter_map(|id| self.agents.get(id)) {
                fleet.set_load(agent.slot, &agent.load);
            }
        }
        result
    }

    pub(super) fn fleet(&self, now: Timestamp) -> Fleet {
        let mut agents: Vec<&Arc<Agent>> = self.agents.values().collect();
        agents.sort_by_key(|agent| agent.slot);
        let mut fleet = Fleet::new(self.meta.seed);
        for agent in agents {
            fleet.push(agent.record.info.clone(), link(agent, now), self.load_of(agent));
        }
        fleet
    }

    fn load_of(&self, agent: &Agent) -> Load {
        let mut load = agent.load.clone();
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
