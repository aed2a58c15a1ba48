//! What tasks ask for and agents offer.

use super::Scalar;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};

/// cpus in shares of one core, mem and disk in MiB, gpus in whole devices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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

    /// Of one of the four, in its unit.
    #[must_use]
    pub fn amount(&self, resource: Resource) -> Scalar {
        match resource {
            Resource::Cpus => self.cpus,
            Resource::Mem => self.mem,
            Resource::Disk => self.disk,
            Resource::Gpus => Scalar::whole(u64::from(self.gpus)),
        }
    }

    /// The same with another amount of one of the four; of gpus whole ones only.
    #[must_use]
    pub fn with(mut self, resource: Resource, amount: Scalar) -> Self {
        match resource {
            Resource::Cpus => self.cpus = amount,
            Resource::Mem => self.mem = amount,
            Resource::Disk => self.disk = amount,
            Resource::Gpus => self.gpus = u32::try_from(amount.thousandths() / 1000).unwrap_or(u32::MAX),
        }
        self
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
