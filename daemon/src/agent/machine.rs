//! The machine as it is offered to tasks.

use super::Settings;
use nix::sys::statvfs::statvfs;
use ship_core::model::{AgentInfo, EngineState, Resources, Scalar};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Left to the machine itself, as Mesos agents do: 1 GiB of memory and 5 GiB of disk, or half of what there
/// is if that is less.
const MEM_RESERVE_MIB: u64 = 1024;
const DISK_RESERVE_MIB: u64 = 5 * 1024;

const MIB: u64 = 1024 * 1024;

/// What the agent says of itself before its engine has answered.
pub(super) fn describe(settings: &Settings) -> AgentInfo {
    let offer = &settings.offer;
    let resources = Resources {
        cpus: offer.cpus.unwrap_or_else(|| Scalar::whole(cores() as u64)),
        mem: offer.mem.unwrap_or_else(|| Scalar::whole(less_reserve(mem_mib(), MEM_RESERVE_MIB))),
        disk: offer.disk.unwrap_or_else(|| Scalar::whole(less_reserve(disk_mib(&settings.data), DISK_RESERVE_MIB))),
        gpus: 0,
    };
    AgentInfo {
        id: settings.id.clone(),
        hostname: settings.hostname.clone().unwrap_or_else(hostname),
        resources,
        ports: offer.ports.clone(),
        attributes: offer.attributes.clone(),
        zone: offer.zone.clone(),
        region: offer.region.clone(),
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
        engine: EngineState::Down { reason: "not asked yet".to_owned() },
    }
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn less_reserve(total: u64, reserve: u64) -> u64 {
    total.saturating_sub(reserve).max(total / 2)
}

fn hostname() -> String {
    nix::unistd::gethostname().map_or_else(|_| "localhost".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn mem_mib() -> u64 {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    total_kib(&meminfo).unwrap_or_default() / 1024
}

fn total_kib(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().trim_end_matches("kB").trim_end().parse().ok()
}

fn disk_mib(data: &Path) -> u64 {
    statvfs(data).map_or(0, |fs| fs.blocks().saturating_mul(fs.fragment_size()) / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_takes_at_most_half() {
        assert_eq!(less_reserve(8192, 1024), 7168);
        assert_eq!(less_reserve(1000, 1024), 500);
    }

    #[test]
    fn total_memory_is_read_from_the_kernels_table() {
        assert_eq!(total_kib("MemTotal:       24640428 kB\nMemFree: 1 kB\n"), Some(24_640_428));
        assert_eq!(total_kib("nothing of the kind"), None);
    }
}
