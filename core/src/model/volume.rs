//! Space on an agent that outlives the tasks that use it (marathon-v2, section 7.7).

use super::{Scalar, VolumeId, VolumeMode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Space that each instance of an app has for itself, and keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersistentVolume {
    /// Where the container sees it, absolute.
    pub container_path: String,
    /// In MiB; counted by the scheduler, enforced by nobody.
    pub size: Scalar,
    /// Whether the container may write there.
    pub mode: VolumeMode,
}

/// What a container mounts of a volume of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mount {
    /// As the engine knows it, made there if it is missing; in a pod's definition as the pod knows it.
    pub name: String,
    /// Where the container sees it, absolute.
    pub container_path: String,
    /// Whether the container may write there.
    pub mode: VolumeMode,
}

impl VolumeId {
    /// As the engine knows its parts: an instance has one for each persistent volume of its app.
    pub fn names(&self, parts: usize) -> impl Iterator<Item = String> + '_ {
        (0..parts).map(move |part| format!("ship.{self}.{part}"))
    }
}
