//! All agents as the scheduler sees them, and the choice of one for a task after the other of one app. A cache:
//! everything in it can be made again from what the cluster knows.

use super::batch::Batch;
use super::changes::Changes;
use super::constraints::canonical;
use super::demand::{Demand, Filter};
use super::field::Field;
use super::index::Index;
use super::load::{Claim, Load};
use super::machine::Machines;
use super::{Link, Slot, score};
use crate::model::{AgentInfo, AppSpec};
use std::collections::BTreeMap;

/// The field that every index is divided by, because instances of an app prefer different zones.
pub(super) const ZONE: usize = 0;
/// Two apps that differ in what they ask need an index each; so many are kept.
const INDEXES: usize = 64;

/// Agents by slot, and indexes over them.
#[derive(Debug, Clone)]
pub struct Fleet {
    seed: u64,
    pub(super) machines: Machines,
    /// Those that constraints have asked for; the first is the zone.
    pub(super) fields: Vec<Field>,
    /// How many agents have an image.
    images: BTreeMap<String, usize>,
    pub(super) indexes: Vec<Index>,
    /// The one of the batch, or of the last one.
    pub(super) current: usize,
    changes: Changes,
    pub(super) batch: Option<Batch>,
    /// By slot: what the app of the batch has there.
    pub(super) standing: Vec<Standing>,
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
            machines: Machines::default(),
            fields: vec![Field::new("@zone")],
            images: BTreeMap::new(),
            indexes: Vec::new(),
            current: 0,
            changes: Changes::default(),
            batch: None,
            standing: Vec::new(),
        }
    }

    /// The next slot is this agent's.
    pub fn push(&mut self, info: AgentInfo, link: Link, load: Load) {
        let tie = score::tie(self.seed, &info.id);
        self.fields.iter_mut().for_each(|field| field.push(&info, link.makes_groups()));
        self.count_images(&info, true);
        self.machines.push(info, link, load, tie);
        self.standing.push(Standing::default());
        self.changes.push();
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
        let machine = self.machines.get(slot);
        let (known, was, is) = (machine.info.clone(), machine.link.makes_groups(), link.makes_groups());
        self.machines.change(slot, |machine| {
            (machine.info, machine.link, machine.load) = (info.clone(), link, load.clone());
        });
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
        let info = self.machines.get(slot).info.clone();
        if known.images == info.images {
            return;
        }
        self.count_images(known, false);
        self.count_images(&info, true);
        for index in &mut self.indexes {
            index.learn(slot, self.machines.get(slot), &self.fields);
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
        for slot in self.machines.slots() {
            let info = self.machines.get(slot).info.clone();
            self.count_images(&info, true);
        }
    }

    /// How many agents there are.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.machines.len()
    }

    /// What the agent holds.
    #[must_use]
    pub fn load(&self, slot: Slot) -> &Load {
        &self.machines.get(slot).load
    }

    /// The agent holds just this.
    pub fn set_load(&mut self, slot: Slot, load: &Load) {
        self.machines.change(slot, |machine| machine.load = load.clone());
        self.refresh(slot);
    }

    /// One task more on the agent.
    pub fn take(&mut self, slot: Slot, claim: &Claim) {
        self.machines.change(slot, |machine| machine.load.take(claim));
        self.refresh(slot);
    }

    /// One task less on the agent.
    pub fn give_back(&mut self, slot: Slot, claim: &Claim) {
        self.machines.change(slot, |machine| machine.load.give_back(claim));
        self.refresh(slot);
    }

    /// The agent is to be looked at again: by the index in use now, by the others when they are used.
    fn refresh(&mut self, slot: Slot) {
        self.changes.note(slot);
        self.refresh_current(slot);
    }

    /// The index of the batch; of the last one, if there is none.
    pub(super) fn index(&self) -> Option<&Index> {
        self.indexes.get(self.current)
    }

    pub(super) fn index_mut(&mut self) -> Option<&mut Index> {
        self.indexes.get_mut(self.current)
    }

    /// How good an agent is now by the index in use, whatever stands there of the app.
    pub(super) fn show(&mut self, slot: Slot, closed: u32, penalty: u64) {
        let Some(index) = self.indexes.get_mut(self.current) else { return };
        let key = if closed == 0 { index.key(slot, &self.machines, penalty) } else { 0 };
        index.set(slot, key);
    }

    /// The column of a field, made if nobody has asked for it yet.
    pub(super) fn field(&mut self, name: &str) -> usize {
        let name = canonical(name);
        if let Some(known) = self.fields.iter().position(|field| field.name == name) {
            return known;
        }
        let mut field = Field::new(name);
        self.machines.iter().for_each(|machine| field.push(&machine.info, machine.link.makes_groups()));
        self.fields.push(field);
        self.fields.len() - 1
    }

    /// The index of a demand becomes the current one.
    pub(super) fn index_for(&mut self, spec: &AppSpec, grouped: Vec<usize>) {
        let image_decides =
            |image: &str| self.images.get(image).is_some_and(|count| (1..self.machines.len()).contains(count));
        let demand = Demand::of(spec, grouped, image_decides);
        match self.indexes.iter().position(|index| index.demand == demand) {
            Some(known) => {
                self.current = known;
                self.catch_up();
            }
            None => self.add_index(demand),
        }
    }

    /// The current index learns what happened since it was used.
    fn catch_up(&mut self) {
        let Self { indexes, current, changes, machines, .. } = self;
        let index = &mut indexes[*current];
        let seen = index.seen;
        let mut learn = |slot: Slot| {
            let key = index.key(slot, machines, 0);
            index.set(slot, key);
        };
        match changes.since(seen) {
            Some(changed) => changed.for_each(&mut learn),
            None => machines.slots().for_each(&mut learn),
        }
    }

    /// From now on the current index misses what happens.
    pub(super) fn leave_index(&mut self) {
        let now = self.changes.now();
        if let Some(index) = self.index_mut() {
            index.seen = now;
        }
    }

    fn add_index(&mut self, demand: Demand) {
        let fields: Vec<usize> = demand.filters.iter().map(|rule| self.field(&rule.field)).collect();
        let columns = fields.iter().map(|field| &self.fields[*field]);
        let filters = demand.filters.iter().zip(&fields).zip(columns);
        let filters = filters.map(|((rule, field), column)| Filter::new(rule, *field, column)).collect();
        let index = Index::new(demand, &self.machines, &self.fields, filters);
        let longest_unused = (0..self.indexes.len()).min_by_key(|number| self.indexes[*number].seen);
        match longest_unused.filter(|_| self.indexes.len() >= INDEXES) {
            Some(number) => {
                self.current = number;
                self.indexes[number] = index;
            }
            None => {
                self.current = self.indexes.len();
                self.indexes.push(index);
            }
        }
    }
}

/// Whether all that constraints can ask for is as it was.
fn same_place(a: &AgentInfo, b: &AgentInfo) -> bool {
    a.hostname == b.hostname && a.attributes == b.attributes && a.zone == b.zone && a.region == b.region
}
