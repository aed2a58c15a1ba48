//! Room that is being made on an agent for a task of an important app: until the task is there, nobody less important
//! takes it. Lost in a crash of the master; the app asks again.

use super::Cluster;
use super::state::Agent;
use crate::model::{AgentId, AppId, AppSpec};
use crate::schedule::{Claim, Load};

/// For one task.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hold {
    pub(super) app: AppId,
    pub(super) priority: u8,
    pub(super) claim: Claim,
}

impl Hold {
    /// Whether tasks of the app must leave the room alone.
    fn is_against(&self, app: &AppSpec) -> bool {
        self.app != app.id && self.priority >= app.placement.priority
    }
}

impl Cluster {
    pub(super) fn hold(&mut self, agent: &AgentId, hold: Hold) {
        self.holds.insert(agent.clone(), hold);
        self.show_load(agent);
    }

    /// The app needs its room no more, or asks anew.
    pub(super) fn release(&mut self, app: &AppId) {
        let mine = self.holds.iter().filter(|(_, hold)| hold.app == *app);
        let agents: Vec<AgentId> = mine.map(|(agent, _)| agent.clone()).collect();
        for agent in agents {
            self.holds.remove(&agent);
            self.show_load(&agent);
        }
    }

    /// Where room is being made for the app, as host names.
    pub(super) fn held_for(&self, app: &AppId) -> Vec<String> {
        let mine = self.holds.iter().filter(|(_, hold)| hold.app == *app);
        mine.map(|(agent, _)| self.host(agent)).collect()
    }

    /// Agents with room that the app may take though it is held.
    pub(super) fn open_holds(&self, app: &AppSpec) -> Vec<AgentId> {
        let open = self.holds.iter().filter(|(_, hold)| !hold.is_against(app));
        open.map(|(agent, _)| agent.clone()).collect()
    }

    /// What stands on the agent, what is kept free there, and what unused volumes reserve.
    pub(super) fn load_with_hold(&self, agent: &Agent) -> Load {
        let mut load = self.load_without_hold(agent);
        if let Some(hold) = self.holds.get(&agent.record.info.id) {
            load.take(&hold.claim);
        }
        load
    }

    pub(super) fn load_without_hold(&self, agent: &Agent) -> Load {
        let mut load = agent.load.clone();
        self.reserved_on(&agent.record.info.id).for_each(|claim| load.take(&claim));
        load
    }
}
