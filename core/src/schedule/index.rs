//! The best agent for one demand without looking at all of them: agents stand in cells (one value of every field
//! that a rule may close), cells in zones, and each level knows the best of the level below. One agent that changes
//! costs a walk from its leaf to the top.

use super::changes::Mark;
use super::demand::{Demand, Filter};
use super::field::{Field, Value};
use super::fleet::ZONE;
use super::machine::{Machine, Machines};
use super::tree::MaxTree;
use super::{Slot, score};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) demand: Demand,
    /// It knows all changes before this.
    pub(super) seen: Mark,
    /// In the order of the demand's own.
    pub(super) filters: Vec<Filter>,
    /// By slot.
    spots: Vec<Spot>,
    cells: Vec<Cell>,
    zones: Vec<Zone>,
    /// By grouped field, then by value: cells with that value.
    cells_of: Vec<Vec<Vec<usize>>>,
}

/// Where an agent stands in the index, and what does not change with its load.
#[derive(Debug, Clone, Copy)]
struct Spot {
    cell: u32,
    leaf: u32,
    passes: bool,
    has_image: bool,
}

#[derive(Debug, Clone)]
struct Cell {
    zone: usize,
    /// Among the zone's cells.
    place: usize,
    slots: Vec<Slot>,
    tree: MaxTree,
    /// So many rules are against it.
    closed: u32,
}

#[derive(Debug, Clone)]
struct Zone {
    cells: Vec<usize>,
    tree: MaxTree,
}

impl Index {
    pub(super) fn new(demand: Demand, machines: &Machines, fields: &[Field], filters: Vec<Filter>) -> Self {
        let mut members: BTreeMap<(Value, Vec<Value>), Vec<Slot>> = BTreeMap::new();
        for slot in machines.slots() {
            let group = demand.grouped.iter().map(|field| fields[*field].value(slot)).collect();
            members.entry((fields[ZONE].value(slot), group)).or_default().push(slot);
        }
        let mut zones: Vec<Vec<usize>> = vec![Vec::new(); fields[ZONE].values()];
        let mut cells_of: Vec<Vec<Vec<usize>>> =
            demand.grouped.iter().map(|field| vec![Vec::new(); fields[*field].values()]).collect();
        let nowhere = Spot { cell: 0, leaf: 0, passes: false, has_image: false };
        let mut index = Self {
            demand,
            seen: Mark::default(),
            filters,
            spots: vec![nowhere; machines.len()],
            cells: Vec::with_capacity(members.len()),
            zones: Vec::new(),
            cells_of: Vec::new(),
        };
        for (number, ((zone, group), slots)) in members.into_iter().enumerate() {
            for (field, value) in cells_of.iter_mut().zip(group) {
                field[value].push(number);
            }
            for (leaf, slot) in slots.iter().enumerate() {
                index.spots[slot.index()] = Spot { cell: number as u32, leaf: leaf as u32, ..nowhere };
                index.learn(*slot, machines.get(*slot), fields);
            }
            let keys = slots.iter().map(|slot| index.key(*slot, machines, 0));
            let tree = MaxTree::new(keys);
            index.cells.push(Cell { zone, place: zones[zone].len(), slots, tree, closed: 0 });
            zones[zone].push(number);
        }
        index.zones = zones
            .into_iter()
            .map(|cells| Zone { tree: MaxTree::new(cells.iter().map(|cell| index.cells[*cell].tree.best())), cells })
            .collect();
        index.cells_of = cells_of;
        index
    }

    /// Takes note of what an agent says of itself, as far as it stays in its cell.
    pub(super) fn learn(&mut self, slot: Slot, machine: &Machine, fields: &[Field]) {
        let passes = self.filters.iter().all(|filter| filter.passes(fields[filter.field].value(slot)));
        let has_image = self.demand.image.as_ref().is_some_and(|image| machine.info.images.contains(image));
        let spot = &mut self.spots[slot.index()];
        (spot.passes, spot.has_image) = (passes, has_image);
    }

    /// How good the agent is, less the penalty for the app's tasks that it has; zero if nothing fits there.
    pub(super) fn key(&self, slot: Slot, machines: &Machines, penalty: u64) -> u64 {
        let spot = self.spots[slot.index()];
        if !spot.passes || !machines.takes(slot, &self.demand) {
            return 0;
        }
        let bonus = if spot.has_image { score::IMAGE_BONUS } else { 0 };
        let score = machines.score(slot, &self.demand) + bonus;
        score::lowered(score::key(score, machines.tie(slot)), penalty)
    }

    /// An agent is as good as this now.
    pub(super) fn set(&mut self, slot: Slot, key: u64) {
        let spot = self.spots[slot.index()];
        let cell = spot.cell as usize;
        self.cells[cell].tree.set(spot.leaf as usize, key);
        self.show(cell);
    }

    /// A rule closes the cells of a value, or opens them again.
    pub(super) fn close(&mut self, grouped: usize, value: Value, closed: bool) {
        for at in 0..self.cells_of[grouped][value].len() {
            let cell = self.cells_of[grouped][value][at];
            let count = &mut self.cells[cell].closed;
            *count = if closed { *count + 1 } else { *count - 1 };
            self.show(cell);
        }
    }

    /// The cell's best becomes what its zone knows of it.
    fn show(&mut self, cell: usize) {
        let Cell { zone, place, tree, closed, .. } = &self.cells[cell];
        let best = if *closed == 0 { tree.best() } else { 0 };
        self.zones[*zone].tree.set(*place, best);
    }

    /// The agent's key as it was set last; zero while its cell is closed.
    pub(super) fn known(&self, slot: Slot) -> u64 {
        let spot = self.spots[slot.index()];
        let cell = &self.cells[spot.cell as usize];
        if cell.closed == 0 { cell.tree.get(spot.leaf as usize) } else { 0 }
    }

    /// The best agent, where `of_zone` says what becomes of a zone's best.
    pub(super) fn best(&self, of_zone: impl Fn(Value, u64) -> u64) -> Option<Slot> {
        let zones = self.zones.iter().enumerate().map(|(value, zone)| (of_zone(value, zone.tree.best()), zone));
        let (_, zone) = zones.filter(|(key, _)| *key > 0).max_by_key(|(key, _)| *key)?;
        let cell = &self.cells[zone.cells[zone.tree.winner()?]];
        Some(cell.slots[cell.tree.winner()?])
    }
}
