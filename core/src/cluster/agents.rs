//! Agents come, change and go. What an agent has is the truth; what we believed is corrected by it.

use super::state::Due;
use super::turn::Turn;
use super::{AGENT_TIMEOUT, AgentRecord, Cluster, Effect, Happening, TaskPhase, TaskRecord, TaskReport};
use crate::model::{AgentId, AgentInfo, EngineState, TaskId, TaskStatus, Timestamp};
use crate::planted::{self, Bug};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Turn<'_> {
    pub(super) fn agent_joined(&mut self, info: AgentInfo, reports: Vec<TaskReport>) {
        let id = info.id.clone();
        self.note_engine(&info);
        self.emit(None, Happening::AgentJoined { agent: id.clone(), host: info.hostname.clone() });
        let was_gone = self.cluster.counts_as_gone(&id, self.now);
        let engine_up = matches!(info.engine, EngineState::Up { .. });
        self.linked(info);
        if let Some(agent) = self.cluster.agents.get_mut(&id).map(Arc::make_mut) {
            agent.strangers.clear();
        }
        self.cluster.show_agent(&id, self.now);
        let mut reported: BTreeMap<TaskId, TaskStatus> =
            reports.into_iter().map(|report| (report.task, report.status)).collect();
        for task in self.tasks_on(&id) {
            match reported.remove(&task.id) {
                Some(status) => {
                    self.resend_kill(&task);
                    self.recheck_if_changed(&task);
                    if was_gone && !status.is_terminal() {
                        let host = self.cluster.host(&id);
                        self.emit_of(&task, Happening::TaskReturned { task: task.id.clone(), host });
                    }
                    self.task_update(&id, TaskReport { task: task.id.clone(), status });
                }
                None if engine_up => self.absent(&task),
                None => {}
            }
        }
        for (task, status) in reported {
            self.task_update(&id, TaskReport { task, status });
        }
        self.stop_overdue(&id);
        self.vacated.insert(id.clone());
        self.remove_data_on(&id);
        self.rouse_tasks_of(&id);
        self.rouse_roomless();
        self.rouse_everywhere();
    }

    fn linked(&mut self, info: AgentInfo) {
        let drain = self.cluster.agents.get(&info.id).and_then(|agent| agent.record.drain);
        self.save_agent(AgentRecord { info, lost_since: None, drain });
    }

    pub(super) fn agent_changed(&mut self, info: AgentInfo) {
        if self.only_images_differ(&info) {
            return self.linked(info);
        }
        let id = info.id.clone();
        self.note_engine(&info);
        self.note_offer(&info);
        self.linked(info);
        for task in self.tasks_on(&id) {
            self.resend_kill(&task);
        }
        self.stop_overdue(&id);
        self.vacated.insert(id.clone());
        self.rouse_tasks_of(&id);
        self.rouse_roomless();
        self.rouse_everywhere();
    }

    /// The link broke; whether the agent is gone, time will tell.
    pub(super) fn agent_lost(&mut self, id: &AgentId) {
        let Some(agent) = self.cluster.agents.get(id) else { return };
        let mut record = AgentRecord::clone(&agent.record);
        if record.lost_since.is_none() {
            self.emit(None, Happening::AgentLost { agent: id.clone(), host: record.info.hostname.clone() });
        }
        let since = *record.lost_since.get_or_insert(self.now);
        self.save_agent(record);
        self.wake_at(since + AGENT_TIMEOUT, Due::Agent(id.clone()));
    }

    /// At the moment when an agent whose link broke counts as gone.
    pub(super) fn tell_unreachable(&mut self, id: &AgentId, at: Timestamp) {
        let Some(agent) = self.cluster.agents.get(id) else { return };
        if agent.record.lost_since.is_none_or(|since| since + AGENT_TIMEOUT != at) {
            return;
        }
        let host = agent.record.info.hostname.clone();
        for task in self.tasks_on(id) {
            self.emit_of(&task, Happening::TaskUnreachable { task: task.id.clone(), host: host.clone() });
        }
    }

    /// Our task is not among what the agent has: it never came through, or it ended unseen.
    fn absent(&mut self, task: &Arc<TaskRecord>) {
        match (&task.phase, self.task_spec(task)) {
            (TaskPhase::Staging, Some(spec)) => {
                self.act(Effect::Launch { agent: task.agent.clone(), task: Box::new(spec) });
            }
            (TaskPhase::Staging, None) | (TaskPhase::Running { .. } | TaskPhase::Killing { .. }, _) => {
                self.task_update(&task.agent, TaskReport { task: task.id.clone(), status: TaskStatus::Gone });
            }
        }
    }

    fn resend_kill(&mut self, task: &TaskRecord) {
        if task.is_killing() && !planted::is(Bug::LoseKill) {
            self.send_kill(task);
        }
    }

    fn note_engine(&mut self, info: &AgentInfo) {
        let known = self.cluster.agents.get(&info.id).map(|agent| &agent.record.info.engine);
        let (agent, host) = (info.id.clone(), info.hostname.clone());
        match (known, &info.engine) {
            (Some(EngineState::Down { .. }), EngineState::Up { .. }) => {
                self.emit(None, Happening::EngineUp { agent, host });
            }
            (None | Some(EngineState::Up { .. }), EngineState::Down { reason }) => {
                self.emit(None, Happening::EngineDown { agent, host, reason: reason.clone() });
            }
            (None | Some(EngineState::Up { .. }), EngineState::Up { .. })
            | (Some(EngineState::Down { .. }), EngineState::Down { .. }) => {}
        }
    }

    /// They decide where later tasks would rather go, and nothing about those that stand or wait.
    fn only_images_differ(&self, info: &AgentInfo) -> bool {
        let Some(known) = self.cluster.agents.get(&info.id).map(|agent| &agent.record) else { return false };
        let same = AgentInfo { images: known.info.images.clone(), ..info.clone() } == known.info;
        same && known.lost_since.is_none()
    }

    /// Images and the state of the engine come and go with work; that is no news of what is offered.
    fn note_offer(&mut self, info: &AgentInfo) {
        let Some(known) = self.cluster.agents.get(&info.id).map(|agent| &agent.record.info) else { return };
        let parts = [
            ("host name", known.hostname != info.hostname),
            ("resources", known.resources != info.resources || known.reserved != info.reserved),
            ("ports", known.ports != info.ports),
            ("attributes", known.attributes != info.attributes),
            ("zone", known.zone != info.zone),
            ("region", known.region != info.region),
        ];
        let changed: Vec<&str> = parts.into_iter().filter(|(_, differs)| *differs).map(|(part, _)| part).collect();
        if !changed.is_empty() {
            let (agent, host, what) = (info.id.clone(), info.hostname.clone(), changed.join(", "));
            self.emit(None, Happening::AgentChanged { agent, host, what });
        }
    }

    fn tasks_on(&self, agent: &AgentId) -> Vec<Arc<TaskRecord>> {
        let ids = self.cluster.agents.get(agent).into_iter().flat_map(|agent| agent.tasks.iter());
        ids.filter_map(|id| self.cluster.tasks.get(id)).cloned().collect()
    }
}

impl Cluster {
    /// Whether its link is broken for longer than one takes to come back.
    fn counts_as_gone(&self, id: &AgentId, now: Timestamp) -> bool {
        let agent = self.agents.get(id);
        agent.and_then(|agent| agent.record.lost_since).is_some_and(|since| since + AGENT_TIMEOUT <= now)
    }
}
