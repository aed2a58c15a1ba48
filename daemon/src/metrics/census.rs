//! What a snapshot of the cluster adds up to.

use ship_core::cluster::{Cluster, Health, Outcome, TaskPhase, TaskRecord};
use ship_core::model::{AppId, GroupId, Resource};
use std::collections::{BTreeMap, BTreeSet};

/// Counts of what there is, and sums of what is offered and held.
#[derive(Debug, Default)]
pub(super) struct Census {
    pub(super) apps: i64,
    pub(super) instances_wanted: i64,
    /// Those of apps, their ancestors and those with a file; the root is one of them.
    pub(super) groups: i64,
    pub(super) deployments: i64,
    pub(super) staging: i64,
    pub(super) running: i64,
    pub(super) stopping: i64,
    pub(super) healthy: i64,
    pub(super) unhealthy: i64,
    pub(super) connected: i64,
    pub(super) away: i64,
    pub(super) draining: i64,
    /// By resource: offered by agents that are connected, and held by tasks.
    pub(super) resources: BTreeMap<&'static str, Amounts>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Amounts {
    pub(super) offered: f64,
    pub(super) held: f64,
}

impl Census {
    pub(super) fn of(cluster: &Cluster) -> Self {
        let mut census = Self { groups: groups(cluster), ..Self::default() };
        let wanted = cluster.wanted();
        census.apps = count(wanted.apps.len());
        census.instances_wanted = wanted.apps.values().map(|app| i64::from(app.instances)).sum();
        let running = cluster.deployments().filter(|deployment| deployment.outcome == Outcome::Running);
        census.deployments = count(running.count());
        cluster.tasks().for_each(|task| census.add_task(task));
        for info in cluster.connected() {
            for (resource, amount) in info.resources.amounts() {
                census.resources.entry(name(resource)).or_default().offered += amount.as_f64();
            }
        }
        census.add_agents(cluster);
        census
    }

    fn add_task(&mut self, task: &TaskRecord) {
        match &task.phase {
            TaskPhase::Staging => self.staging += 1,
            TaskPhase::Killing { .. } => self.stopping += 1,
            TaskPhase::Running { health, .. } => {
                self.running += 1;
                match health {
                    Health::Healthy | Health::Presumed => self.healthy += 1,
                    Health::Unhealthy => self.unhealthy += 1,
                    Health::Settling | Health::Unchecked | Health::Unknown => {}
                }
            }
        }
        for (resource, amount) in task.resources.amounts() {
            self.resources.entry(name(resource)).or_default().held += amount.as_f64();
        }
    }

    fn add_agents(&mut self, cluster: &Cluster) {
        for agent in cluster.agent_views() {
            match cluster.is_linked(&agent.id) {
                true => self.connected += 1,
                false => self.away += 1,
            }
            self.draining += i64::from(agent.drain.is_some());
        }
    }
}

fn groups(cluster: &Cluster) -> i64 {
    let wanted = cluster.wanted();
    let mut groups = BTreeSet::from([GroupId::root()]);
    let with_file = wanted.groups.keys().cloned();
    for group in wanted.apps.keys().map(AppId::group).chain(with_file) {
        let mut next = Some(group);
        while let Some(group) = next {
            next = group.parent();
            if !groups.insert(group) {
                break;
            }
        }
    }
    count(groups.len())
}

fn name(resource: Resource) -> &'static str {
    match resource {
        Resource::Cpus => "cpus",
        Resource::Mem => "mem_mib",
        Resource::Disk => "disk_mib",
        Resource::Gpus => "gpus",
    }
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
