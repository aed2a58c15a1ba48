//! Agents as people and programs see them.

use super::Cluster;
use super::state::Agent;
use crate::model::{AgentId, AgentInfo, Timestamp};
use crate::protocol::{AgentDetail, AgentView, StandingTask};

impl Cluster {
    /// All agents by id.
    #[must_use]
    pub fn agent_views(&self) -> Vec<AgentView> {
        self.agents.values().map(|agent| agent_view(agent)).collect()
    }

    /// What the agents say of themselves whose link is up.
    pub fn connected(&self) -> impl Iterator<Item = &AgentInfo> {
        self.agents.values().filter(|agent| agent.record.lost_since.is_none()).map(|agent| &agent.record.info)
    }

    /// The agent with this id, or else all with this host name.
    #[must_use]
    pub fn agents_named(&self, name: &str) -> Vec<&AgentInfo> {
        match self.agents.get(&AgentId::new(name)) {
            Some(agent) => vec![&agent.record.info],
            None => {
                let infos = self.agents.values().map(|agent| &agent.record.info);
                infos.filter(|info| info.hostname == name).collect()
            }
        }
    }

    /// One agent and each of its tasks; `None` if no agent with this id ever joined.
    #[must_use]
    pub fn agent_detail(&self, id: &AgentId, now: Timestamp) -> Option<AgentDetail> {
        let agent = self.agents.get(id)?;
        let tasks = agent.tasks.iter().filter_map(|id| self.tasks.get(id));
        let standing = tasks.filter_map(|task| {
            let view = self.task_view(task, self.apps.get(&task.app)?, now);
            Some(StandingTask { app: task.app.clone(), task: view })
        });
        Some(AgentDetail { agent: agent_view(agent), standing: standing.collect() })
    }
}

fn agent_view(agent: &Agent) -> AgentView {
    let info = agent.record.info.clone();
    AgentView {
        id: info.id,
        hostname: info.hostname,
        resources: info.resources,
        reserved: info.reserved,
        used: agent.load.used,
        ports: info.ports,
        attributes: info.attributes,
        zone: info.zone,
        region: info.region,
        tasks: u32::try_from(agent.tasks.len()).unwrap_or(u32::MAX),
        state: agent.trouble().unwrap_or_else(|| standing(agent).to_owned()),
        drain: agent.record.drain,
    }
}

/// Of one whose link and engine are up.
fn standing(agent: &Agent) -> &'static str {
    match agent.record.drain.map(|drain| drain.drained) {
        None => "up",
        Some(None) => "draining",
        Some(Some(_)) => "drained",
    }
}
