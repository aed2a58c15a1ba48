//! Draining: an agent's tasks move elsewhere, as old tasks of a rollout do, and it gets no new ones.

use super::turn::Turn;
use super::{AgentRecord, Drain, Happening};
use crate::model::{AgentId, Timestamp};

impl Turn<'_> {
    pub(super) fn drain(&mut self, id: &AgentId, deadline: Option<Timestamp>) {
        let Some(agent) = self.cluster.agents.get(id) else { return };
        let since = agent.record.drain.map(|drain| drain.since);
        let drain = Some(Drain { since: since.unwrap_or(self.now), deadline });
        let record = AgentRecord { drain, ..AgentRecord::clone(&agent.record) };
        if since.is_none() {
            self.emit(None, Happening::AgentDraining { agent: id.clone(), host: record.info.hostname.clone() });
        }
        self.save_agent(record);
        self.rouse_tasks_of(id);
    }

    pub(super) fn undrain(&mut self, id: &AgentId) {
        let Some(agent) = self.cluster.agents.get(id).filter(|agent| agent.record.drain.is_some()) else { return };
        let record = AgentRecord { drain: None, ..AgentRecord::clone(&agent.record) };
        self.emit(None, Happening::AgentUndrained { agent: id.clone(), host: record.info.hostname.clone() });
        self.save_agent(record);
        self.rouse_tasks_of(id);
        self.rouse_roomless();
    }
}
