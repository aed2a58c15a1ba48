//! The agents while tasks are taken from them and placed anew.

use super::{AgentShare, Spread, count};
use crate::cluster::{Cluster, TaskRecord};
use crate::model::{AgentId, AppSpec, Resources, Scalar, Timestamp};
use crate::schedule::{Fleet, Slot};
use std::sync::Arc;

pub(super) struct Anew<'a> {
    cluster: &'a Cluster,
    fleet: Fleet,
    /// Those that take tasks, and what they have.
    open: Vec<(AgentId, Slot, Resources)>,
}

impl<'a> Anew<'a> {
    pub(super) fn of(cluster: &'a Cluster, now: Timestamp) -> Self {
        let open = cluster.agent_ids().filter_map(|id| {
            let (slot, _) = cluster.agent_at(id)?;
            Some((id.clone(), slot, cluster.room(id, now)?.total))
        });
        Self { cluster, fleet: cluster.fleet(now), open: open.collect() }
    }

    pub(super) fn take_away(&mut self, tasks: &[Arc<TaskRecord>]) {
        for task in tasks {
            if let Some((slot, _)) = self.cluster.agent_at(&task.agent) {
                self.fleet.give_back(slot, &task.claim());
            }
        }
    }

    /// Finds a place for each of the tasks that were taken away, beside those of the app that stay. Shorter than
    /// `tasks` where there is no room.
    pub(super) fn place(&mut self, spec: &AppSpec, tasks: &[Arc<TaskRecord>], staying: &[AgentId]) -> Vec<AgentId> {
        let slot = |agent: &AgentId| self.cluster.agent_at(agent).map(|(slot, _)| slot);
        let staying: Vec<Slot> = staying.iter().filter_map(slot).collect();
        let mut rather: Vec<Slot> = tasks.iter().filter_map(|task| slot(&task.agent)).collect();
        self.fleet.begin(spec, staying.into_iter());
        let mut places = Vec::with_capacity(tasks.len());
        while places.len() < tasks.len() {
            let Some(site) = self.fleet.choose_rather(spec, &rather) else { break };
            self.fleet.take(site.slot, &site.claim(spec));
            if let Some(kept) = rather.iter().position(|slot| *slot == site.slot) {
                rather.remove(kept);
            }
            places.push(site.agent);
        }
        self.fleet.end();
        places
    }

    /// `None` if no agent takes tasks.
    pub(super) fn spread(&self) -> Option<Spread> {
        let shares: Vec<(&AgentId, Scalar)> = self.open.iter().map(|one| (&one.0, self.share(one))).collect();
        let fullest = shares.iter().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let emptiest = shares.iter().reduce(|best, next| if next.1 < best.1 { next } else { best })?;
        let named = |(id, cpus): &(&AgentId, Scalar)| AgentShare { host: self.cluster.host_of(id), cpus: *cpus };
        let unused = self.open.iter().filter(|(_, slot, _)| self.fleet.load(*slot).used == Resources::default());
        Some(Spread { fullest: named(fullest), emptiest: named(emptiest), unused: count(unused.count()) })
    }

    fn share(&self, (_, slot, total): &(AgentId, Slot, Resources)) -> Scalar {
        let used = self.fleet.load(*slot).used.cpus.thousandths();
        Scalar::from_thousandths(used.saturating_mul(1000).checked_div(total.cpus.thousandths()).unwrap_or(0))
    }
}
