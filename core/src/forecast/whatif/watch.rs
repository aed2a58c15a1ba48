//! What is seen of a model on its way: the fewest ready tasks of each app, the least free capacity.

use super::{Bent, Capacity, CapacitySpan, Low};
use crate::cluster::{Cluster, Effect, Record, Room};
use crate::forecast::model::{Model, Step};
use crate::model::{AgentId, AppId, Resources, Timestamp};
use crate::rollout::Capacity as Bounds;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Watch<'a> {
    before: &'a Cluster,
    at: Timestamp,
    /// Of apps that something happened to: the fewest that were ready.
    lowest: BTreeMap<AppId, u32>,
    /// Of agents that take tasks.
    rooms: BTreeMap<AgentId, Room>,
    span: CapacitySpan,
}

impl<'a> Watch<'a> {
    pub(super) fn new(before: &'a Cluster, at: Timestamp) -> Self {
        let open = before.agent_ids().filter_map(|id| Some((id.clone(), before.room(id, at)?)));
        let rooms: BTreeMap<AgentId, Room> = open.collect();
        let mut capacity = Capacity::default();
        rooms.values().for_each(|room| capacity.add(*room));
        let span = CapacitySpan { before: capacity, lowest_free: capacity.free, after: capacity };
        Self { before, at, lowest: BTreeMap::new(), rooms, span }
    }

    pub(super) fn note(&mut self, model: &Model, step: &Step) {
        let apps: BTreeSet<&AppId> = step.effects.iter().filter_map(app_of).collect();
        apps.into_iter().for_each(|app| self.measure(model, app));
        let agents: BTreeSet<&AgentId> = step.effects.iter().filter_map(agent_of).chain(&step.from).collect();
        agents.into_iter().for_each(|agent| self.measure_room(model, agent));
        self.span.lowest_free = lesser(self.span.lowest_free, self.span.after.free);
    }

    pub(super) fn measure(&mut self, model: &Model, app: &AppId) {
        let (before, _) = self.before.counts(app, self.at);
        let (ready, _) = model.cluster.counts(app, model.now);
        let lowest = self.lowest.entry(app.clone()).or_insert(before);
        *lowest = ready.min(*lowest);
    }

    fn measure_room(&mut self, model: &Model, agent: &AgentId) {
        if let Some(known) = self.rooms.remove(agent) {
            self.span.after.remove(known);
        }
        if let Some(room) = model.cluster.room(agent, model.now) {
            self.rooms.insert(agent.clone(), room);
            self.span.after.add(room);
        }
    }

    pub(super) fn touched(&self) -> impl Iterator<Item = &AppId> {
        self.lowest.keys()
    }

    pub(super) fn capacity(&self) -> CapacitySpan {
        self.span
    }

    pub(super) fn lows(&self, model: &Model) -> Vec<Low> {
        let low = |(app, lowest): (&AppId, &u32)| {
            let (before, _) = self.before.counts(app, self.at);
            let (after, _) = model.cluster.counts(app, model.now);
            Low { app: app.clone(), before, lowest: *lowest, after }
        };
        self.lowest.iter().map(low).collect()
    }

    /// An app that is scaled is promised what its new number says, and nobody is promised more than there was.
    pub(super) fn bent(&self, model: &Model) -> Vec<Bent> {
        let bent = self.lows(model).into_iter().filter_map(|low| {
            let spec = model.cluster.spec(&low.app)?;
            let minimum = Bounds::of(spec.instances, &spec.upgrade).min_ready;
            let is_bent = low.lowest < minimum && low.lowest < low.before;
            is_bent.then(|| Bent {
                app: low.app.clone(),
                lowest: low.lowest,
                minimum,
                instances: spec.instances,
                after: low.after,
            })
        });
        bent.collect()
    }
}

impl Capacity {
    fn add(&mut self, room: Room) {
        self.agents += 1;
        self.total = self.total + room.total;
        self.free = self.free + (room.total - room.used);
    }

    fn remove(&mut self, room: Room) {
        self.agents -= 1;
        self.total = self.total - room.total;
        self.free = self.free - (room.total - room.used);
    }
}

fn app_of(effect: &Effect) -> Option<&AppId> {
    match effect {
        Effect::Save(Record::Task(task)) => Some(&task.app),
        Effect::Save(Record::App(app)) => Some(&app.spec.id),
        Effect::Emit(event) => event.app.as_ref(),
        Effect::Save(_)
        | Effect::Forget(_)
        | Effect::Launch { .. }
        | Effect::Kill { .. }
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Wake(_) => None,
    }
}

fn agent_of(effect: &Effect) -> Option<&AgentId> {
    match effect {
        Effect::Save(Record::Task(task)) => Some(&task.agent),
        Effect::Save(Record::Agent(agent)) => Some(&agent.info.id),
        Effect::Launch { agent, .. } | Effect::Kill { agent, .. } => Some(agent),
        Effect::Save(_)
        | Effect::Emit(_)
        | Effect::Forget(_)
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Wake(_) => None,
    }
}

fn lesser(a: Resources, b: Resources) -> Resources {
    Resources { cpus: a.cpus.min(b.cpus), mem: a.mem.min(b.mem), disk: a.disk.min(b.disk), gpus: a.gpus.min(b.gpus) }
}
