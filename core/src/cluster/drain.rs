//! Draining: an agent's tasks move elsewhere, as old tasks of a rollout do, and it gets no new ones. What is left
//! at the deadline is stopped whatever its app was promised. An agent is drained once nothing of ours is on it.

use super::state::{Agent, Due};
use super::turn::Turn;
use super::{AgentRecord, Drain, Happening};
use crate::model::{AgentId, TaskId, Timestamp};

impl Turn<'_> {
    /// All of them are marked before any app is looked at.
    pub(super) fn drain(&mut self, agents: &[AgentId], deadline: Option<Timestamp>) {
        agents.iter().for_each(|id| self.mark_draining(id, deadline));
        self.rouse_everywhere();
    }

    fn mark_draining(&mut self, id: &AgentId, deadline: Option<Timestamp>) {
        let Some(agent) = self.cluster.agents.get(id) else { return };
        let host = agent.record.info.hostname.clone();
        let drain = match agent.record.drain {
            Some(drain) => Drain { deadline, ..drain },
            None => {
                self.emit(None, Happening::AgentDraining { agent: id.clone(), host });
                Drain { since: self.now, deadline, drained: None }
            }
        };
        self.save_drain(id, Some(drain));
        self.watch_drain(id);
        self.stop_overdue(id);
        self.rouse_tasks_of(id);
    }

    pub(super) fn undrain(&mut self, id: &AgentId) {
        let Some(agent) = self.cluster.agents.get(id).filter(|agent| agent.record.drain.is_some()) else { return };
        let host = agent.record.info.hostname.clone();
        self.emit(None, Happening::AgentUndrained { agent: id.clone(), host });
        self.save_drain(id, None);
        self.rouse_tasks_of(id);
        self.rouse_roomless();
        self.rouse_everywhere();
    }

    /// Has the master woken at the deadline, if there is one.
    pub(super) fn watch_drain(&mut self, id: &AgentId) {
        let drain = self.cluster.agents.get(id).and_then(|agent| agent.record.drain);
        if let Some(at) = drain.and_then(|drain| drain.deadline).filter(|at| *at > self.now) {
            self.wake_at(at, Due::Agent(id.clone()));
        }
        self.vacated.insert(id.clone());
    }

    /// Stops what is left on the agent past its deadline. Of one that does not answer nothing is known; it is
    /// asked again when it is back.
    pub(super) fn stop_overdue(&mut self, id: &AgentId) {
        let is_overdue = |agent: &&std::sync::Arc<Agent>| agent.answers() && agent.record.is_overdue(self.now);
        let Some(agent) = self.cluster.agents.get(id).filter(is_overdue) else { return };
        let standing = |id: &&TaskId| self.cluster.tasks.get(*id).is_some_and(|task| !task.is_killing());
        let left: Vec<TaskId> = agent.tasks.iter().filter(standing).cloned().collect();
        left.iter().for_each(|task| self.kill(task));
    }

    /// A container of ours is gone from the agent. One that is being emptied gives its room to nobody: who waits for
    /// room need not look, except those that may have waited to see just this one go.
    pub(super) fn left(&mut self, id: &AgentId) {
        self.vacated.insert(id.clone());
        match self.cluster.agents.get(id).is_some_and(|agent| agent.record.drain.is_some()) {
            true => self.rouse_preempting(),
            false => self.rouse_roomless(),
        }
    }

    /// Tells of each agent whose last container is gone, once.
    pub(super) fn tell_drained(&mut self) {
        for id in std::mem::take(&mut self.vacated) {
            let Some(agent) = self.cluster.agents.get(&id) else { continue };
            let Some(drain) = agent.record.drain.filter(|drain| drain.drained.is_none()) else { continue };
            if agent.answers() && agent.tasks.is_empty() && agent.strangers.is_empty() {
                let host = agent.record.info.hostname.clone();
                self.save_drain(&id, Some(Drain { drained: Some(self.now), ..drain }));
                self.emit(None, Happening::AgentDrained { agent: id, host });
            }
        }
    }

    fn save_drain(&mut self, id: &AgentId, drain: Option<Drain>) {
        let Some(agent) = self.cluster.agents.get(id) else { return };
        self.save_agent(AgentRecord { drain, ..AgentRecord::clone(&agent.record) });
    }
}

impl AgentRecord {
    /// Whether the time that its tasks had to move has passed.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.drain.and_then(|drain| drain.deadline).is_some_and(|at| at <= now)
    }
}
