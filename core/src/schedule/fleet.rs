//! All agents as the scheduler sees them, and the choice of one for a task after the other of one app. A cache:
//! everything in it can be made again from what the cluster knows.

use super::batch::Batch;
use super::constraints::canonical;
use super::demand::{Demand, Filter};
use super::field::Field;
use super::index::Index;
use super::load::{Claim, Load, shortage};
use super::{Link, Mismatch, Slot, score};
use crate::model::{AgentInfo, AppSpec, EngineState, Resources};
use std::collections::BTreeMap;

/// The field that every index is divided by, because instances of an app prefer different zones.
pub(super) const ZONE: usize = 0;
/// Two apps that differ in what they ask need an index each; so many are kept up to date.
const INDEXES: usize = 16;

/// Agents by slot, and indexes over them.
#[derive(Debug, Clone)]
pub struct Fleet {
    seed: u64,
    pub(super) machines: Vec<Machine>,
    /// Those that constraints have asked for; the first is the zone.
    pub(super) fields: Vec<Field>,
    /// How many agents have an image.
    images: BTreeMap<String, usize>,
    /// The one used last stands last.
    pub(super) indexes: Vec<Index>,
    pub(super) batch: Option<Batch>,
    /// By slot: what the app of the batch has there.
    pub(super) standing: Vec<Standing>,
}

/// One agent.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) info: AgentInfo,
    pub(super) link: Link,
    pub(super) load: Load,
    pub(super) tie: u64,
    total: Resources,
}

/// What the app of the batch has on an agent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    pub(super) siblings: u32,
    /// So many rules about host names are against it.
    pub(super) closed: u32,
}

impl Fleet {
    /// No agents yet. `seed` decides among equally good ones.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            machines: Vec::new(),
            fields: vec![Field::new("@zone")],
            images: BTreeMap::new(),
            indexes: Vec::new(),
            batch: None,
            standing: Vec::new(),
        }
    }

    /// The next slot is this agent's.
    pub fn push(&mut self, info: AgentInfo, link: Link, load: Load) {
        let tie = score::tie(self.seed, &info.id);
        self.fields.iter_mut().for_each(|field| field.push(&info, link != Link::Gone));
        self.count_images(&info, true);
        self.machines.push(Machine { total: whole(&info), info, link, load, tie });
        self.standing.push(Standing::default());
        self.forget_indexes();
    }

    /// They are made again when they are asked for.
    fn forget_indexes(&mut self) {
        self.indexes.clear();
        self.batch = None;
        self.standing.fill(Standing::default());
    }

    /// What the agent says of itself, its link or its load changed.
    pub fn update(&mut self, slot: Slot, info: &AgentInfo, link: Link, load: &Load) {
        let machine = &mut self.machines[slot.index()];
        let known = std::mem::replace(&mut machine.info, info.clone());
        let (was, is) = (machine.link != Link::Gone, link != Link::Gone);
        (machine.total, machine.link, machine.load) = (whole(info), link, load.clone());
        if was != is {
            self.fields.iter_mut().for_each(|field| field.set_present(slot, is));
        }
        if same_place(&known, info) {
            self.relearn(slot, &known);
        } else {
            self.rebuild();
        }
        self.refresh(slot);
    }

    /// Which images an agent has decides nothing but a bonus.
    fn relearn(&mut self, slot: Slot, known: &AgentInfo) {
        let info = self.machines[slot.index()].info.clone();
        if known.images == info.images {
            return;
        }
        self.count_images(known, false);
        self.count_images(&info, true);
        for index in &mut self.indexes {
            index.learn(slot, &self.machines[slot.index()], &self.fields);
        }
    }

    fn count_images(&mut self, info: &AgentInfo, more: bool) {
        for image in &info.images {
            let count = self.images.entry(image.clone()).or_default();
            *count = if more { *count + 1 } else { *count - 1 };
        }
    }

    /// An agent has moved to another cell: all columns are made again when they are asked for.
    fn rebuild(&mut self) {
        let names: Vec<String> = self.fields.iter().map(|field| field.name.clone()).take(1).collect();
        self.forget_indexes();
        self.images.clear();
        self.fields.clear();
        names.iter().for_each(|name| {
            self.field(name);
        });
        for slot in 0..self.machines.len() {
            let info = self.machines[slot].info.clone();
            self.count_images(&info, true);
        }
    }

    /// How many agents there are.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.machines.len()
    }

    /// The agent holds just this.
    pub fn set_load(&mut self, slot: Slot, load: &Load) {
        self.machines[slot.index()].load = load.clone();
        self.refresh(slot);
    }

    /// One task more on the agent.
    pub fn take(&mut self, slot: Slot, claim: &Claim) {
        self.machines[slot.index()].load.take(claim);
        self.refresh(slot);
    }

    /// One task less on the agent.
    pub fn give_back(&mut self, slot: Slot, claim: &Claim) {
        self.machines[slot.index()].load.give_back(claim);
        self.refresh(slot);
    }

    /// Tells every index how good the agent is now.
    pub(super) fn refresh(&mut self, slot: Slot) {
        let machine = &self.machines[slot.index()];
        let current = self.batch.as_ref().map(|batch| (self.indexes.len() - 1, batch.instances));
        for (number, index) in self.indexes.iter_mut().enumerate() {
            let key = match current {
                Some((at, instances)) if at == number => {
                    let standing = self.standing[slot.index()];
                    match standing.closed {
                        0 => index.key(slot, machine, score::agent_penalty(standing.siblings, instances)),
                        _ => 0,
                    }
                }
                _ => index.key(slot, machine, 0),
            };
            index.set(slot, key);
        }
    }

    /// The column of a field, made if nobody has asked for it yet.
    pub(super) fn field(&mut self, name: &str) -> usize {
        let name = canonical(name);
        if let Some(known) = self.fields.iter().position(|field| field.name == name) {
            return known;
        }
        let mut field = Field::new(name);
        self.machines.iter().for_each(|machine| field.push(&machine.info, machine.link != Link::Gone));
        self.fields.push(field);
        self.fields.len() - 1
    }

    /// The index of a demand becomes the last one.
    pub(super) fn index_for(&mut self, spec: &AppSpec, grouped: Vec<usize>) {
        let image_decides =
            |image: &str| self.images.get(image).is_some_and(|count| (1..self.machines.len()).contains(count));
        let demand = Demand::of(spec, grouped, image_decides);
        if let Some(known) = self.indexes.iter().position(|index| index.demand == demand) {
            self.indexes[known..].rotate_left(1);
            return;
        }
        let fields: Vec<usize> = demand.filters.iter().map(|rule| self.field(&rule.field)).collect();
        let columns = fields.iter().map(|field| &self.fields[*field]);
        let filters = demand.filters.iter().zip(&fields).zip(columns);
        let filters = filters.map(|((rule, field), column)| Filter::new(rule, *field, column)).collect();
        if self.indexes.len() >= INDEXES {
            self.indexes.remove(0);
        }
        self.indexes.push(Index::new(demand, &self.machines, &self.fields, filters));
    }
}

impl Machine {
    /// Whether it can be told to start anything.
    pub(super) fn takes_orders(&self) -> bool {
        self.link == Link::Up && matches!(self.info.engine, EngineState::Up { .. })
    }

    /// Whether what it has left is enough.
    pub(super) fn fits(&self, demand: &Demand) -> bool {
        demand.resources.fits_in(&self.free(demand))
            && self.load.ports.fits(&demand.fixed_ports, demand.open_ports).is_ok()
    }

    fn free(&self, demand: &Demand) -> Resources {
        match self.info.reserved.is_empty() && demand.any_role {
            true => self.info.resources - self.load.used,
            false => self.load.free(&self.info, demand.roles()),
        }
    }

    /// Why what it has left is not enough.
    pub(super) fn lacks(&self, demand: &Demand) -> Option<Mismatch> {
        let short = shortage(demand.resources, self.free(demand));
        let short = short.map(|(resource, wanted, free)| Mismatch::Short { resource, wanted, free });
        short.or_else(|| self.load.ports.fits(&demand.fixed_ports, demand.open_ports).err())
    }

    pub(super) fn fullness_with(&self, task: Resources) -> i64 {
        score::fullness(self.load.used + task, self.total)
    }
}

/// All shares together.
fn whole(info: &AgentInfo) -> Resources {
    info.reserved.values().fold(info.resources, |sum, share| sum + *share)
}

/// Whether all that constraints can ask for is as it was.
fn same_place(a: &AgentInfo, b: &AgentInfo) -> bool {
    a.hostname == b.hostname && a.attributes == b.attributes && a.zone == b.zone && a.region == b.region
}
