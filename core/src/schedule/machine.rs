//! The agents' own side: what each has, what is held of it, and whether a task fits.

use super::demand::Demand;
use super::load::{Load, shortage};
use super::{Link, Mismatch, Slot, score};
use crate::model::{AgentInfo, EngineState, Resources};

/// All of them, by slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Machines {
    all: Vec<Machine>,
    /// What most questions are about, close together: a spread over thousands of agents reads them all.
    gauges: Vec<Gauge>,
}

/// One agent.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) info: AgentInfo,
    pub(super) link: Link,
    pub(super) load: Load,
    tie: u64,
}

#[derive(Debug, Clone)]
struct Gauge {
    used: Resources,
    total: Resources,
    /// Of the share of all, where nothing is reserved for roles.
    free: Resources,
    tie: u64,
    free_ports: u32,
    takes_orders: bool,
    /// Nothing is reserved for roles.
    is_undivided: bool,
}

impl Machines {
    pub(super) fn push(&mut self, info: AgentInfo, link: Link, load: Load, tie: u64) {
        let machine = Machine { info, link, load, tie };
        self.gauges.push(Gauge::of(&machine));
        self.all.push(machine);
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn slots(&self) -> impl ExactSizeIterator<Item = Slot> + use<> {
        (0..self.all.len()).map(Slot::at)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Machine> {
        self.all.iter()
    }

    pub(super) fn get(&self, slot: Slot) -> &Machine {
        &self.all[slot.index()]
    }

    pub(super) fn change(&mut self, slot: Slot, change: impl FnOnce(&mut Machine)) {
        let machine = &mut self.all[slot.index()];
        change(machine);
        self.gauges[slot.index()] = Gauge::of(machine);
    }

    /// Whether it can be told to start such a task now.
    pub(super) fn takes(&self, slot: Slot, demand: &Demand) -> bool {
        let gauge = &self.gauges[slot.index()];
        gauge.takes_orders
            && match gauge.is_undivided && demand.is_plain() {
                true => demand.resources.fits_in(&gauge.free) && demand.open_ports <= gauge.free_ports,
                false => self.get(slot).lacks(demand).is_none(),
            }
    }

    /// How good it is for one more such task, by what it would hold.
    pub(super) fn score(&self, slot: Slot, demand: &Demand) -> i64 {
        let gauge = &self.gauges[slot.index()];
        score::by_strategy(demand.strategy, score::fullness(gauge.used + demand.resources, gauge.total))
    }

    pub(super) fn tie(&self, slot: Slot) -> u64 {
        self.gauges[slot.index()].tie
    }
}

impl Gauge {
    fn of(machine: &Machine) -> Self {
        let Machine { info, link, load, tie } = machine;
        Self {
            used: load.used,
            total: info.reserved.values().fold(info.resources, |sum, share| sum + *share),
            free: info.resources - load.used,
            tie: *tie,
            free_ports: load.ports.free(),
            takes_orders: *link == Link::Up && matches!(info.engine, EngineState::Up { .. }),
            is_undivided: info.reserved.is_empty(),
        }
    }
}

impl Machine {
    /// Why what it has left is not enough.
    pub(super) fn lacks(&self, demand: &Demand) -> Option<Mismatch> {
        let short = shortage(demand.resources, self.load.free(&self.info, demand.roles()));
        let short = short.map(|(resource, wanted, free)| Mismatch::Short { resource, wanted, free });
        short.or_else(|| self.load.ports.fits(&demand.fixed_ports, demand.open_ports).err())
    }
}
