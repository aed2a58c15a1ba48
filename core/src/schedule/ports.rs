//! The host ports of an agent and of a task. Fixed ones are checked, the rest are taken from the agent's
//! ranges, going on after the last one given: a port that was just freed is the last to be used again.

use super::Mismatch;
use crate::model::{NetworkMode, PortRange, PortSpec, RunSpec, TaskPort};
use crate::planted::{self, Bug};
use std::collections::BTreeSet;

/// The first container port given where the app left it open and publishes none (marathon-v2, section 4.4).
const FIRST_OPEN_CONTAINER_PORT: u16 = 1025;

/// Which host ports an agent offers, and which of them are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortBook {
    ranges: Vec<PortRange>,
    /// One bit for each offered port, in the order of the ranges.
    taken: Vec<u64>,
    /// How many of the bits are not set.
    free: u32,
    /// Held by tasks, and not offered (any more).
    outside: BTreeSet<u16>,
    /// The last one given from the ranges.
    last: u16,
}

impl PortBook {
    /// Nothing is taken.
    #[must_use]
    pub fn new(ranges: &[PortRange]) -> Self {
        let offered: usize = ranges.iter().map(|range| width(*range)).sum();
        Self {
            ranges: ranges.to_vec(),
            taken: vec![0; offered.div_ceil(64)],
            free: offered as u32,
            outside: BTreeSet::new(),
            last: 0,
        }
    }

    /// The same ports taken of other ranges.
    #[must_use]
    pub fn offering(&self, ranges: &[PortRange]) -> Self {
        if self.ranges == ranges {
            return self.clone();
        }
        let mut book = Self::new(ranges);
        let inside = (0..self.offered()).filter(|index| self.is_set(*index)).map(|index| self.port(index));
        inside.chain(self.outside.iter().copied()).for_each(|port| book.take(port));
        book.last = self.last;
        book
    }

    /// How many of the offered ports are free.
    #[must_use]
    pub fn free(&self) -> u32 {
        self.free
    }

    /// Those ports, in ascending order within each range that is offered.
    #[must_use]
    pub fn free_ranges(&self) -> Vec<PortRange> {
        let free = (0..self.offered()).filter(|index| !self.is_set(*index)).map(|index| self.port(index));
        free.fold(Vec::new(), |mut ranges: Vec<PortRange>, port| {
            match ranges.last_mut().filter(|range| range.last.checked_add(1) == Some(port)) {
                Some(range) => range.last = port,
                None => ranges.push(PortRange { first: port, last: port }),
            }
            ranges
        })
    }

    /// Whether a task holds the port.
    #[must_use]
    pub fn is_taken(&self, port: u16) -> bool {
        self.index(port).map_or_else(|| self.outside.contains(&port), |index| self.is_set(index))
    }

    /// A task has it now.
    pub fn take(&mut self, port: u16) {
        self.last = port;
        match self.index(port) {
            Some(index) if !self.is_set(index) => {
                self.taken[index / 64] |= 1 << (index % 64);
                self.free -= 1;
            }
            Some(_) => {}
            None => {
                self.outside.insert(port);
            }
        }
    }

    /// Its task is gone.
    pub fn give_back(&mut self, port: u16) {
        match self.index(port) {
            Some(index) if self.is_set(index) => {
                self.taken[index / 64] &= !(1 << (index % 64));
                self.free += 1;
            }
            Some(_) => {}
            None => {
                self.outside.remove(&port);
            }
        }
    }

    /// Whether a task with these ports finds them here.
    pub(super) fn fits(&self, fixed: &[u16], open: u32) -> Result<(), Mismatch> {
        for port in fixed {
            match self.index(*port) {
                None => return Err(Mismatch::PortOutside { port: *port }),
                Some(index) if self.is_set(index) => return Err(Mismatch::PortTaken { port: *port }),
                Some(_) => {}
            }
        }
        match open > 0 && self.free < open + fixed.len() as u32 {
            true => Err(Mismatch::PortsExhausted { wanted: open }),
            false => Ok(()),
        }
    }

    /// A number for each port of a task that [fits](Self::fits).
    pub(super) fn choose(&self, run: &RunSpec) -> Vec<TaskPort> {
        if run.ports.is_empty() {
            return Vec::new();
        }
        let fixed = fixed(run);
        let mut any = self.in_turn().filter(|port| !fixed.contains(port));
        run.ports
            .iter()
            .zip(FIRST_OPEN_CONTAINER_PORT..)
            .map(|(port, open)| {
                let host = match port.host_port {
                    Some(0) => any.next(),
                    declared => declared,
                };
                TaskPort { container: container_port(&run.network, port, host, open), host, protocol: port.protocol }
            })
            .collect()
    }

    /// All that are free, those after the last one given first.
    fn in_turn(&self) -> impl Iterator<Item = u16> + '_ {
        let offered = self.offered();
        let next = self.after_last();
        let free = |index: &usize| planted::is(Bug::ReusePort) || !self.is_set(*index);
        (next..offered).chain(0..next).filter(free).map(|index| self.port(index))
    }

    /// The index of the first offered port above the last one given; all of them if there is none.
    fn after_last(&self) -> usize {
        let below = |range: &PortRange| match self.last {
            last if last < range.first => 0,
            last if last > range.last => width(*range),
            last => usize::from(last - range.first) + 1,
        };
        self.ranges.iter().map(below).sum()
    }

    fn offered(&self) -> usize {
        self.ranges.iter().map(|range| width(*range)).sum()
    }

    fn is_set(&self, index: usize) -> bool {
        self.taken[index / 64] >> (index % 64) & 1 == 1
    }

    fn index(&self, port: u16) -> Option<usize> {
        let mut before = 0;
        for range in &self.ranges {
            if range.holds(port) {
                return Some(before + usize::from(port - range.first));
            }
            before += width(*range);
        }
        None
    }

    fn port(&self, mut index: usize) -> u16 {
        for range in &self.ranges {
            if index < width(*range) {
                return range.first + index as u16;
            }
            index -= width(*range);
        }
        unreachable!("an index of the book lies in one of its ranges")
    }
}

/// The host ports that every task of the app takes.
pub(super) fn fixed(run: &RunSpec) -> Vec<u16> {
    run.ports.iter().filter_map(|port| port.host_port).filter(|port| *port != 0).collect()
}

/// How many host ports it takes besides, whichever they are.
pub(super) fn open(run: &RunSpec) -> u32 {
    run.ports.iter().filter(|port| port.host_port == Some(0)).count() as u32
}

fn width(range: PortRange) -> usize {
    usize::from(range.last - range.first) + 1
}

fn container_port(network: &NetworkMode, port: &PortSpec, host: Option<u16>, open: u16) -> u16 {
    match (network, port.container_port) {
        (NetworkMode::Host, _) | (NetworkMode::Bridge | NetworkMode::Named(_), 0) => host.unwrap_or(open),
        (NetworkMode::Bridge | NetworkMode::Named(_), fixed) => fixed,
    }
}
