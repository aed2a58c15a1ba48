//! Draining: an agent's tasks move elsewhere, as old tasks of a rollout do, and it gets no new ones.

use super::turn::Turn;
use super::{AgentRecord, Happening};
use crate::model::AgentId;

impl Turn<'_> {
    pub(super) fn drain(&mut self, id: &AgentId, draining: bool) {
        let Some(agent) = self.cluster.agents.get(id).filter(|agent| agent.record.draining != draining) else { return };
        let record = AgentRecord { draining, ..AgentRecord::clone(&agent.record) };
        let (agent, host) = (id.clone(), record.info.hostname.clone());
        self.save_agent(record);
        self.emit(
            None,
            match draining {
                true => Happening::AgentDraining { agent, host },
                false => Happening::AgentUndrained { agent, host },
            },
        );
        self.rouse_tasks_of(id);
        self.rouse_roomless();
    }
}
