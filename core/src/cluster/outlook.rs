//! What forecasts read of a cluster, and how its copy is made patient: in a forecast no time is lost.

use super::state::{Agent, App};
use super::waiting::Waiting;
use super::{AppRecord, Cluster, NextSpec};
use crate::model::{AgentId, AgentInfo, AppId, AppSpec, Resources, RolloutPolicy, Timestamp};
use crate::rollout::TaskState;
use crate::schedule::{Link, Slot};
use std::sync::Arc;

/// A task of an app, as far as a forecast cares.
pub(crate) struct Standing {
    pub(crate) agent: AgentId,
    pub(crate) state: TaskState,
    /// Has the wanted configuration and stands where it may.
    pub(crate) current: bool,
    /// Its agent is being emptied, whether or not the task is to move for that.
    pub(crate) is_to_leave: bool,
}

/// What an agent has for tasks, reserved shares included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) total: Resources,
    pub(crate) used: Resources,
}

impl Cluster {
    /// The app's tasks, without those that are gone for it.
    pub(crate) fn standing(&self, app: &AppId, now: Timestamp) -> Vec<Standing> {
        let Some(record) = self.app_record(app) else { return Vec::new() };
        let tasks = self.tasks_of(app).map(|task| (task, self.summary(task, record, now)));
        tasks
            .filter(|(_, summary)| summary.state != TaskState::Unreachable)
            .map(|(task, summary)| Standing {
                agent: task.agent.clone(),
                state: summary.state,
                current: summary.current,
                is_to_leave: self.agents.get(&task.agent).is_some_and(|agent| agent.record.drain.is_some()),
            })
            .collect()
    }

    /// What is in the way of the app, without the number of its tasks.
    pub(crate) fn obstacle(&self, app: &AppId) -> Option<String> {
        match self.apps.get(app)?.waiting.as_ref()? {
            Waiting::Room { reason, .. } | Waiting::Exchange { reason, .. } => Some(reason.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Those that are not as they are wanted, or have not been so for long.
    pub(crate) fn restless(&self) -> Vec<AppId> {
        let is_restless = |app: &&Arc<App>| app.converged_since.is_none() || app.record.origin.is_some();
        self.apps.values().filter(is_restless).map(|app| app.record.spec.id.clone()).collect()
    }

    /// Apps with a task on the agent.
    pub(crate) fn apps_on(&self, agent: &AgentId) -> Vec<AppId> {
        let tasks = self.agents.get(agent).into_iter().flat_map(|agent| agent.tasks.iter());
        let mut apps: Vec<AppId> = tasks.filter_map(|id| self.tasks.get(id)).map(|task| task.app.clone()).collect();
        apps.sort();
        apps.dedup();
        apps
    }

    /// What an agent has that takes new tasks; `None` = it takes none.
    pub(crate) fn room(&self, agent: &AgentId, now: Timestamp) -> Option<Room> {
        let agent = self.agents.get(agent).filter(|agent| agent.is_open(now))?;
        let info = &agent.record.info;
        let total = info.reserved.values().fold(info.resources, |sum, share| sum + *share);
        Some(Room { total, used: agent.load.used })
    }

    /// The agent's number in the scheduler's view, and what it says of itself.
    pub(crate) fn agent_at(&self, agent: &AgentId) -> Option<(Slot, &AgentInfo)> {
        self.agents.get(agent).map(|agent| (agent.slot, &agent.record.info))
    }

    /// Every agent that ever joined.
    pub(crate) fn agent_ids(&self) -> impl Iterator<Item = &AgentId> {
        self.agents.keys()
    }

    /// What is under way gets all the time it needs: no change is given up because it makes no progress.
    pub(crate) fn be_patient(&mut self) {
        for id in self.restless() {
            let Some(app) = self.apps.get_mut(&id) else { continue };
            let record = &app.record;
            let next = record.next.as_ref().map(|next| NextSpec { spec: patient(&next.spec), ..next.clone() });
            let record = AppRecord { spec: patient(&record.spec), next, ..AppRecord::clone(record) };
            Arc::make_mut(app).record = Arc::new(record);
        }
    }
}

/// The definition with all the time there is for its rollout.
pub(crate) fn patient(spec: &AppSpec) -> Arc<AppSpec> {
    let rollout = RolloutPolicy { deadline_secs: u32::MAX, ..spec.rollout };
    Arc::new(AppSpec { rollout, ..spec.clone() })
}

impl Agent {
    fn is_open(&self, now: Timestamp) -> bool {
        self.answers() && super::places::link(self, now) == Link::Up
    }
}
