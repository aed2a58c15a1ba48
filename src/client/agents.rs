//! The routes of agents: listed, looked at, emptied, filled again; and what would follow.

use super::{Client, ClientError};
use crate::commands::AgentName;
use ship_core::forecast::{Rebalance, Supposition, WhatIf};
use ship_core::protocol::{AgentDetail, AgentView, DrainAllRequest, WhatIfRequest};

impl Client {
    /// By id, those that are away included.
    pub(crate) async fn agents(&self) -> Result<Vec<AgentView>, ClientError> {
        self.json(self.get("v1/agents", &[])).await
    }

    /// With all that stands on it.
    pub(crate) async fn agent(&self, name: &AgentName) -> Result<AgentDetail, ClientError> {
        self.json(self.get(&format!("v1/agents/{name}"), &[])).await
    }

    /// What would stand elsewhere, were everything placed anew.
    pub(crate) async fn rebalance(&self) -> Result<Rebalance, ClientError> {
        self.json(self.get("v1/rebalance", &[])).await
    }

    /// Changes nothing.
    pub(crate) async fn whatif(&self, suppositions: Vec<Supposition>) -> Result<WhatIf, ClientError> {
        self.post("v1/whatif", &WhatIfRequest { suppositions }).await
    }

    pub(crate) async fn drain(&self, wish: &DrainAllRequest) -> Result<Vec<AgentDetail>, ClientError> {
        self.post("v1/drain", wish).await
    }

    pub(crate) async fn undrain(&self, name: &AgentName) -> Result<AgentDetail, ClientError> {
        self.post(&format!("v1/agents/{name}/undrain"), &serde_json::json!({})).await
    }
}
