//! The routes of agents: listed, looked at.

use super::{Client, ClientError};
use crate::commands::AgentName;
use ship_core::protocol::{AgentDetail, AgentView};

impl Client {
    /// By id, those that are away included.
    pub(crate) async fn agents(&self) -> Result<Vec<AgentView>, ClientError> {
        self.json(self.get("v1/agents", &[])).await
    }

    /// With all that stands on it.
    pub(crate) async fn agent(&self, name: &AgentName) -> Result<AgentDetail, ClientError> {
        self.json(self.get(&format!("v1/agents/{name}"), &[])).await
    }
}
