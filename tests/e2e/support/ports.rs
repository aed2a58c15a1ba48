//! Host ports for one cluster. Several clusters on one machine must not hand out the same ones.

use std::fmt;
use std::fs::{self, File};

/// Below the range from which the kernel takes the ports of outgoing connections.
const FIRST: u16 = 21_000;
const LENGTH: u16 = 100;
const RANGES: u16 = 100;

/// Claimed until dropped, among all processes of this machine.
pub(crate) struct PortRange {
    first: u16,
    _claim: File,
}

impl PortRange {
    pub(crate) fn claim() -> PortRange {
        let folder = std::env::temp_dir().join("ship-e2e-ports");
        fs::create_dir_all(&folder).expect("a folder can be made");
        let mut firsts = (0..RANGES).map(|range| FIRST + range * LENGTH);
        let claim = |first: u16| {
            let claim = File::create(folder.join(first.to_string())).ok()?;
            claim.try_lock().ok()?;
            Some(PortRange { first, _claim: claim })
        };
        firsts.find_map(claim).expect("one of the ranges is free")
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.first + LENGTH - 1)
    }
}
