//! Room for important apps: where tasks of one that preempts fit nowhere, tasks of less important apps stop. None
//! goes below what its own app was promised, unless that app is preemptible.

use super::holds::Hold;
use super::places::link;
use super::state::Agent;
use super::turn::Turn;
use super::{Cluster, Happening, TaskRecord};
use crate::model::{AgentId, AppId, AppSpec, TaskId, Timestamp};
use crate::rollout::{Capacity, TaskState};
use crate::schedule::{Claim, Link, Load, Rejection};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which tasks stop for one task of an important app, and where.
struct Eviction {
    agent: AgentId,
    hold: Claim,
    victims: Vec<TaskId>,
}

impl Turn<'_> {
    /// Makes room for so many tasks, as far as less important ones can go. What is on its way out already is counted
    /// first, so that asking again stops nothing more.
    pub(super) fn preempt(&mut self, spec: &AppSpec, tasks: u32, passed_over: &[Rejection]) {
        self.cluster.release(&spec.id);
        // What is brought back by an earlier definition asks as the app may today.
        let Some(placement) = self.cluster.spec(&spec.id).map(|today| today.placement) else { return };
        if !placement.preempts {
            return;
        }
        let spec = &AppSpec { placement, ..spec.clone() };
        let mut spared = Spared::default();
        for _ in 0..tasks {
            let Some(eviction) = self.cluster.eviction(spec, passed_over, &mut spared, self.now) else { break };
            self.evict(spec, eviction);
            if spec.has_rules_of_its_own() {
                // Where one more may stand depends on where this one will.
                break;
            }
        }
    }

    fn evict(&mut self, spec: &AppSpec, eviction: Eviction) {
        let host = self.cluster.host(&eviction.agent);
        for id in &eviction.victims {
            let Some(app) = self.cluster.tasks.get(id).map(|task| task.app.clone()) else { continue };
            let (task, by, host) = (id.clone(), spec.id.clone(), host.clone());
            self.emit(Some(&app), Happening::TaskPreempted { task, host, by });
            self.kill(id);
            self.dirty.insert(app);
        }
        let priority = spec.placement.priority;
        self.cluster.hold(&eviction.agent, Hold { app: spec.id.clone(), priority, claim: eviction.hold });
    }
}

/// How many ready tasks of an app may still stop: counted once for each app.
#[derive(Default)]
struct Spared(BTreeMap<AppId, u32>);

impl Cluster {
    /// The least harm that makes room for one task: the least important victims, then the fewest.
    fn eviction(
        &self,
        spec: &AppSpec,
        passed_over: &[Rejection],
        spared: &mut Spared,
        now: Timestamp,
    ) -> Option<Eviction> {
        let full = passed_over.iter().filter(|one| one.reason.is_full());
        let agents = full.filter_map(|one| self.agents.get(&one.agent));
        let usable = |agent: &&Arc<Agent>| {
            link(agent, now) == Link::Up && agent.answers() && !self.holds.contains_key(&agent.record.info.id)
        };
        let found = agents.filter(usable).filter_map(|agent| self.eviction_on(agent, spec, spared, now));
        let (_, eviction) = found.min_by(|(a, _), (b, _)| a.cmp(b))?;
        spared.note(self, &eviction.victims, now);
        Some(eviction)
    }

    /// With how bad it would be.
    fn eviction_on(
        &self,
        agent: &Agent,
        spec: &AppSpec,
        spared: &mut Spared,
        now: Timestamp,
    ) -> Option<((u8, usize, String), Eviction)> {
        let info = &agent.record.info;
        let mut load = self.load_without_hold(agent);
        let tasks: Vec<&Arc<TaskRecord>> = agent.tasks.iter().filter_map(|id| self.tasks.get(id)).collect();
        tasks.iter().filter(|task| task.is_killing()).for_each(|task| load.give_back(&task.claim()));
        let mut lesser: Vec<&Arc<TaskRecord>> = tasks.into_iter().filter(|task| self.is_lesser(task, spec)).collect();
        lesser.sort_by_key(|task| (self.priority(&task.app), Reverse(task.launched_at), task.id.clone()));
        let mut victims: Vec<&Arc<TaskRecord>> = Vec::new();
        let mut going = Spared(spared.0.clone());
        for task in lesser {
            if load.has_room(info, spec) {
                break;
            }
            if going.may_go(self, task, now) {
                load.give_back(&task.claim());
                victims.push(task);
            }
        }
        if !load.has_room(info, spec) {
            return None;
        }
        keep_who_can_stay(&mut victims, &mut load, |load| load.has_room(info, spec));
        let worst = victims.iter().map(|task| self.priority(&task.app)).max().unwrap_or(0);
        let resources = spec.run.held();
        let hold = Claim {
            resources,
            reserved: load.shares(info, resources, spec.roles()),
            ports: spec.run.ports.iter().filter_map(|port| port.host_port).filter(|port| *port != 0).collect(),
        };
        let victims = victims.into_iter().map(|task| task.id.clone()).collect::<Vec<_>>();
        let harm = (worst, victims.len(), info.hostname.clone());
        Some((harm, Eviction { agent: info.id.clone(), hold, victims }))
    }

    /// Not of an app that is about to change: what it is promised changes, too. And none with data of its own, which
    /// could go nowhere else.
    fn is_lesser(&self, task: &TaskRecord, spec: &AppSpec) -> bool {
        let app = self.apps.get(&task.app).map(|app| &app.record);
        !task.is_killing()
            && app.is_some_and(|app| {
                app.spec.placement.priority < spec.placement.priority
                    && app.mark.is_none()
                    && app.next.is_none()
                    && !app.spec.is_resident()
                    && !app.removed
            })
    }

    pub(super) fn priority(&self, app: &AppId) -> u8 {
        self.apps.get(app).map_or(0, |app| app.record.spec.placement.priority)
    }

    /// How many ready tasks of the app may stop and leave what it was promised.
    fn to_spare(&self, app: &AppId, now: Timestamp) -> u32 {
        let Some(app) = self.apps.get(app) else { return 0 };
        let spec = &app.record.spec;
        if spec.placement.preemptible {
            return u32::MAX;
        }
        let states = app.tasks.values().map(|task| self.summary(task, &app.record, now).state);
        let ready = states.filter(|state| *state == TaskState::Ready).count();
        let promised = Capacity::of(spec.instances, &spec.upgrade).min_ready;
        u32::try_from(ready).unwrap_or(u32::MAX).saturating_sub(promised)
    }
}

impl Spared {
    /// Whether one more may go, and if so, counts it.
    fn may_go(&mut self, cluster: &Cluster, task: &TaskRecord, now: Timestamp) -> bool {
        let Some(app) = cluster.apps.get(&task.app) else { return false };
        let left = self.0.entry(task.app.clone()).or_insert_with(|| cluster.to_spare(&task.app, now));
        match (cluster.summary(task, &app.record, now).state, *left) {
            (TaskState::Ready | TaskState::Unproven, 0) => false,
            (TaskState::Ready, _) => {
                *left -= 1;
                true
            }
            (TaskState::Unhealthy | TaskState::Staging | TaskState::Unproven, _) => true,
            (TaskState::Unreachable | TaskState::Killing | TaskState::Unsure, _) => false,
        }
    }

    fn note(&mut self, cluster: &Cluster, victims: &[TaskId], now: Timestamp) {
        for task in victims.iter().filter_map(|id| cluster.tasks.get(id)) {
            self.may_go(cluster, task, now);
        }
    }
}

/// The most important first: those without whom there is room, too.
fn keep_who_can_stay(victims: &mut Vec<&Arc<TaskRecord>>, load: &mut Load, has_room: impl Fn(&Load) -> bool) {
    for at in (0..victims.len()).rev() {
        let mut with = load.clone();
        with.take(&victims[at].claim());
        if has_room(&with) {
            *load = with;
            victims.remove(at);
        }
    }
}
