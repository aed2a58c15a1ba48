//! What tasks ask for and agents offer.

use super::Scalar;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};

/// cpus in shares of one core, mem and disk in MiB, gpus in whole devices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// 1 = one core.
    pub cpus: Scalar,
    /// In MiB.
    pub mem: Scalar,
    /// In MiB; counted by the scheduler.
    pub disk: Scalar,
    /// Whole devices.
    pub gpus: u32,
}

/// One kind of resource, as named in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resource {
    /// Shares of one core.
    Cpus,
    /// Memory, in MiB.
    Mem,
    /// Disk, in MiB.
    Disk,
    /// Whole devices.
    Gpus,
}

impl Resources {
    /// Each resource with its amount, in a fixed order.
    #[must_use]
    pub fn amounts(&self) -> [(Resource, Scalar); 4] {
        [
            (Resource::Cpus, self.cpus),
            (Resource::Mem, self.mem),
            (Resource::Disk, self.disk),
            (Resource::Gpus, Scalar::whole(u64::from(self.gpus))),
        ]
    }

    /// Whether every one of the four is at most what is free; equal fits.
    #[must_use]
    pub fn fits_in(&self, free: &Resources) -> bool {
        self.cpus <= free.cpus && self.mem <= free.mem && self.disk <= free.disk && self.gpus <= free.gpus
    }
}

impl Add for Resources {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            cpus: self.cpus + other.cpus,
            mem: self.mem + other.mem,
            disk: self.disk + other.disk,
            gpus: self.gpus + other.gpus,
        }
    }
}

/// Stops at zero, resource by resource.
impl Sub for Resources {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            cpus: self.cpus - other.cpus,
            mem: self.mem - other.mem,
            disk: self.disk - other.disk,
            gpus: self.gpus.saturating_sub(other.gpus),
        }
    }
}

impl Resource {
    /// The unit that follows an amount in messages; empty where the name says it all.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Mem | Self::Disk => " MiB",
            Self::Cpus | Self::Gpus => "",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Cpus => "cpus",
            Self::Mem => "mem",
            Self::Disk => "disk",
            Self::Gpus => "gpus",
        })
    }
}
