//! The entrance: an input is noted down, then every app it concerns is looked at.

use super::state::Due;
use super::turn::Turn;
use super::{Cluster, Effect, Input};
use crate::model::{AgentId, AppId, Timestamp};
use std::time::Duration;

/// An agent without a link for this long is taken for gone. Well above the link's own keepalive; peers
/// take 20 s (Nomad) to 75 s (Mesos).
pub const AGENT_TIMEOUT: Duration = Duration::from_secs(10);

impl Cluster {
    /// Takes in what happened; returns what must be stored and done because of it.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        self.handle_all(now, [input])
    }

    /// The same for several things that happened one after the other: each app is looked at once, after all of them, and
    /// one with a thousand tasks not a thousand times while they start.
    pub fn handle_all(&mut self, now: Timestamp, inputs: impl IntoIterator<Item = Input>) -> Vec<Effect> {
        let mut woken = false;
        let mut turn = Turn::new(self, now);
        for input in inputs {
            woken |= matches!(input, Input::Tick);
            turn.take_in(input);
        }
        turn.collect_due();
        turn.settle();
        turn.tell_drained();
        turn.finish(woken)
    }

    /// The first call on a new or restored cluster: no agent is connected yet, nothing is under way.
    pub fn start(&mut self, now: Timestamp) -> Vec<Effect> {
        let agents: Vec<AgentId> = self.agents.keys().cloned().collect();
        let apps: Vec<AppId> = self.apps.keys().cloned().collect();
        let mut turn = Turn::new(self, now);
        turn.save_meta();
        for agent in agents {
            turn.agent_lost(&agent);
            turn.watch_drain(&agent);
        }
        turn.give_service_ports(&apps);
        turn.dirty.extend(apps);
        turn.settle();
        turn.finish(true)
    }
}

impl Turn<'_> {
    fn take_in(&mut self, input: Input) {
        match input {
            Input::Desired { commit, wanted } => self.desire(commit, &wanted),
            Input::AgentJoined { info, tasks } => self.agent_joined(info, tasks),
            Input::AgentChanged { info } => self.agent_changed(info),
            Input::AgentLost { agent } => self.agent_lost(&agent),
            Input::TaskUpdate { agent, report } => self.task_update(&agent, report),
            Input::Cancel { deployment, by } => self.cancel(&deployment, by.as_deref()),
            Input::Resume { apps } => self.resume(&apps),
            Input::RevertRefused { app, reason } => self.revert_refused(&app, &reason),
            Input::Drain { agents, deadline } => self.drain(&agents, deadline),
            Input::Undrain { agent } => self.undrain(&agent),
            Input::Wipe { volume } => self.wipe(&volume),
            Input::VolumeRemoved { agent, volume } => self.volume_removed(&agent, &volume),
            Input::EndPause { app } => self.end_pause(&app),
            Input::Kill { tasks } => self.kill_on_request(&tasks),
            Input::Tick => {}
        }
    }

    /// Notes whose moment has come.
    fn collect_due(&mut self) {
        while let Some((at, due)) = self.cluster.timers.get_min().cloned() {
            if at > self.now {
                break;
            }
            self.cluster.timers.remove(&(at, due.clone()));
            match due {
                Due::App(app) => {
                    self.dirty.insert(app);
                }
                Due::Agent(agent) => {
                    self.tell_unreachable(&agent, at);
                    self.cluster.show_agent(&agent, self.now);
                    self.stop_overdue(&agent);
                    self.rouse_tasks_of(&agent);
                    self.rouse_everywhere();
                }
            }
        }
    }

    /// Looks at every app that something happened to, the more important first, until nothing more follows from it.
    fn settle(&mut self) {
        while !self.dirty.is_empty() {
            let mut round: Vec<AppId> = self.dirty.iter().cloned().collect();
            round.sort_by_cached_key(|app| std::cmp::Reverse(self.cluster.priority(app)));
            for app in round {
                if self.dirty.remove(&app) {
                    self.reconcile(&app);
                }
            }
        }
    }

    pub(super) fn rouse_tasks_of(&mut self, agent: &AgentId) {
        let Some(agent) = self.cluster.agents.get(agent) else { return };
        let apps: Vec<AppId> =
            agent.tasks.iter().filter_map(|id| self.cluster.tasks.get(id)).map(|task| task.app.clone()).collect();
        self.dirty.extend(apps);
    }
}
