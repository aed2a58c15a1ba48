//! What instances keep on agents, as people and programs see it.

use crate::model::{AgentId, AppId, Resources, TaskId, Timestamp, VolumeId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `GET /v1/volumes`: the space of one instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VolumeView {
    /// What `wipe` asks for.
    pub id: VolumeId,
    /// Whose instance it belongs to; the app may be gone.
    pub app: AppId,
    /// Where it is.
    pub agent: AgentId,
    /// As people call that agent.
    pub host: String,
    /// What the instance holds there, whether a task runs or not; the volumes' sizes count as disk.
    pub resources: Resources,
    /// When its first task was placed.
    pub created: Timestamp,
    /// Whether it is used, and by whom it may be.
    pub state: VolumeState,
    /// The task that uses it.
    pub task: Option<TaskId>,
}

/// Whether a volume is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VolumeState {
    /// A task of its app has it.
    Used,
    /// It waits for the app's next task.
    Free,
    /// Its app is not wanted any more.
    Orphaned,
    /// Its data is being removed.
    Wiping,
}

impl VolumeState {
    /// As in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Free => "free",
            Self::Orphaned => "orphaned",
            Self::Wiping => "wiping",
        }
    }
}
