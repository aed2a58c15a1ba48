//! What the machine has, and how much of it is for tasks.

use crate::runtime::Stock;
use nix::sys::statvfs::statvfs;
use ship_core::model::{Resource, Resources, Scalar};
use ship_repo::Amounts;
use std::path::Path;

/// Left to the machine itself, as Mesos agents do: 1 GiB of memory and 5 GiB of disk, or half of what there
/// is if that is less.
const MEM_RESERVE_MIB: u64 = 1024;
const DISK_RESERVE_MIB: u64 = 5 * 1024;

const MIB: u64 = 1024 * 1024;

/// What there is, whoever uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detected {
    /// Without gpus.
    total: Resources,
    /// `None` until the engine has told.
    gpus: Option<u32>,
}

impl Detected {
    /// `stock` is what the engine told, if it has. Containers write to the engine's folder; where that cannot be looked
    /// at, the data folder must do.
    pub(super) fn of(data: &Path, stock: Option<&Stock>) -> Self {
        let folder = stock.and_then(|stock| stock.folder.as_deref());
        let disk = folder.and_then(disk_mib).or_else(|| disk_mib(data)).unwrap_or_default();
        let total = Resources {
            cpus: Scalar::whole(cores() as u64),
            mem: Scalar::whole(mem_mib()),
            disk: Scalar::whole(disk),
            gpus: 0,
        };
        Self { total, gpus: stock.map(|stock| stock.gpus) }
    }

    /// What tasks of any role may use: what is told, else the rest that neither the machine nor a role keeps.
    pub(super) fn offered(&self, amounts: &Amounts) -> Resources {
        let reserve = |total: Scalar, reserve: u64| less_reserve(total, Scalar::whole(reserve));
        let free = Resources {
            cpus: self.total.cpus,
            mem: reserve(self.total.mem, MEM_RESERVE_MIB),
            disk: reserve(self.total.disk, DISK_RESERVE_MIB),
            gpus: self.gpus.unwrap_or_default(),
        };
        let rest = amounts.reserved.values().fold(free, |rest, share| rest - *share);
        Resources {
            cpus: amounts.cpus.unwrap_or(rest.cpus),
            mem: amounts.mem.unwrap_or(rest.mem),
            disk: amounts.disk.unwrap_or(rest.disk),
            gpus: amounts.gpus.unwrap_or(rest.gpus),
        }
    }

    /// What the settings promise beyond what there is, in words.
    pub(super) fn overcommitted(&self, amounts: &Amounts) -> Vec<String> {
        let told = Resources {
            cpus: amounts.cpus.unwrap_or_default(),
            mem: amounts.mem.unwrap_or_default(),
            disk: amounts.disk.unwrap_or_default(),
            gpus: amounts.gpus.unwrap_or_default(),
        };
        let promised = amounts.reserved.values().fold(told, |sum, share| sum + *share);
        let there = Resources { gpus: self.gpus.unwrap_or(promised.gpus), ..self.total };
        let pairs = promised.amounts().into_iter().zip(there.amounts());
        let beyond = pairs.filter(|((_, promised), (_, there))| promised > there);
        let text = |(resource, promised): (Resource, Scalar), there: Scalar| {
            let unit = resource.unit();
            format!("the settings offer {promised}{unit} {resource} to tasks, but this machine has {there}{unit}")
        };
        beyond.map(|(promised, (_, there))| text(promised, there)).collect()
    }
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn less_reserve(total: Scalar, reserve: Scalar) -> Scalar {
    let half = Scalar::from_thousandths(total.thousandths() / 2);
    total.saturating_sub(reserve).max(half)
}

pub(super) fn hostname() -> String {
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

fn disk_mib(folder: &Path) -> Option<u64> {
    statvfs(folder).ok().map(|fs| fs.blocks().saturating_mul(fs.fragment_size()) / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_takes_at_most_half() {
        assert_eq!(less_reserve(Scalar::whole(8192), Scalar::whole(1024)), Scalar::whole(7168));
        assert_eq!(less_reserve(Scalar::whole(1000), Scalar::whole(1024)), Scalar::whole(500));
    }

    fn eight_cores() -> Detected {
        let (cpus, mem, disk) = (Scalar::whole(8), Scalar::whole(8192), Scalar::whole(20_480));
        Detected { total: Resources { cpus, mem, disk, gpus: 0 }, gpus: Some(2) }
    }

    #[test]
    fn what_roles_keep_is_not_offered_to_all() {
        let kept = Amounts::parse("cpus(prod)=6;mem(prod)=4096;gpus(ml)=1").expect("valid");
        let offered = eight_cores().offered(&kept);
        assert_eq!((offered.cpus, offered.mem, offered.gpus), (Scalar::whole(2), Scalar::whole(3072), 1));
        let told = Amounts::parse("cpus=8;cpus(prod)=6").expect("valid");
        assert_eq!(eight_cores().offered(&told).cpus, Scalar::whole(8), "flags are believed");
    }

    #[test]
    fn to_promise_more_than_there_is_is_told() {
        let told = |text: &str| eight_cores().overcommitted(&Amounts::parse(text).expect("valid"));
        assert_eq!(told("cpus=8;mem=8192;gpus=2"), [""; 0]);
        assert_eq!(told("cpus=4;cpus(prod)=4"), [""; 0]);
        assert_eq!(told("cpus=4;cpus(prod)=5"), ["the settings offer 9 cpus to tasks, but this machine has 8"]);
        assert_eq!(told("mem=9000")[0], "the settings offer 9000 MiB mem to tasks, but this machine has 8192 MiB");
        assert_eq!(told("gpus=3").len(), 1);
        let unknown = Detected { gpus: None, ..eight_cores() };
        assert_eq!(unknown.overcommitted(&Amounts::parse("gpus=3").expect("valid")), [""; 0], "nobody knows yet");
    }

    #[test]
    fn disk_is_that_of_the_engine_where_it_can_be_seen() {
        let data = tempfile::tempdir().expect("a folder");
        let stock = |folder: &str| Stock { folder: Some(folder.into()), ..Stock::default() };
        let of_data = Detected::of(data.path(), None).total.disk;
        assert!(!of_data.is_zero());
        assert_eq!(Detected::of(data.path(), Some(&stock("/no/such/folder"))).total.disk, of_data);
        let of_proc = Detected::of(data.path(), Some(&stock("/proc"))).total.disk;
        assert!(of_proc.is_zero(), "no disk at all, and it is believed");
    }

    #[test]
    fn total_memory_is_read_from_the_kernels_table() {
        assert_eq!(total_kib("MemTotal:       24640428 kB\nMemFree: 1 kB\n"), Some(24_640_428));
        assert_eq!(total_kib("nothing of the kind"), None);
    }
}
