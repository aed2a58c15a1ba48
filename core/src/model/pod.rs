//! What makes an app a pod: several containers of one instance that share network and life (marathon-v2, section
//! 8.9). The app's [`RunSpec`](super::RunSpec) describes the first container and names the others.

use super::{Command, Image, Mount, Resources, Volume};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether something is an app of one container or a pod; both are planned, rolled out and placed alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One container.
    #[default]
    App,
    /// One or more that share network and life.
    Pod,
}

impl Kind {
    /// So that what was written before there were pods reads and looks as it did.
    #[must_use]
    pub fn is_app(&self) -> bool {
        *self == Self::App
    }
}

/// What a pod has and an app has not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PodSpec {
    /// The name of the container that the app's `run` describes.
    pub container: String,
    /// As written, for those who ask for the pod in its own words; decides nothing.
    pub definition: serde_json::Value,
}

/// A container of a pod beside the first. It lives in the first one's network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Companion {
    /// Unique in the pod.
    pub name: String,
    /// Which image, and whether to pull it each time.
    pub image: Image,
    /// What of the image is started.
    pub command: Command,
    /// In a pod its own variables and the pod's; in a task also those that Marathon promises.
    pub env: BTreeMap<String, String>,
    /// The OS user inside the container, as the image knows it.
    pub user: Option<String>,
    /// Its own, part of what the instance holds.
    pub resources: Resources,
    /// Folders of the agent's machine, in the order of the file.
    pub volumes: Vec<Volume>,
    /// Of the space that the pod's containers share, in the order of the file.
    pub mounts: Vec<Mount>,
    /// Whether the container gets a terminal.
    pub tty: bool,
}

/// What a task has that is a pod's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PodTask {
    /// The name of the first container, the one that the task's own fields describe.
    pub container: String,
    /// Of the first container alone; the task's are the sum over all.
    pub resources: Resources,
    /// Started in this order, after the first container.
    pub companions: Vec<Companion>,
    /// Space that the containers share, as the engine knows it; it goes with the task.
    pub volumes: Vec<String>,
}

impl PodTask {
    /// The names of all containers, the first one's first.
    pub fn containers(&self) -> impl Iterator<Item = &str> {
        let companions = self.companions.iter().map(|companion| companion.name.as_str());
        std::iter::once(self.container.as_str()).chain(companions)
    }
}
