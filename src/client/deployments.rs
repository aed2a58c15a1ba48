//! The routes of deployments: listed, found, watched, ended and gone on with.

use super::{Client, ClientError};
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::{Cancel, Cancelled, DeploymentView, Resume, Resumed};

impl Client {
    /// The newest first.
    pub(crate) async fn deployments(
        &self,
        app: Option<&AppId>,
        limit: u32,
    ) -> Result<Vec<DeploymentView>, ClientError> {
        let limit = limit.to_string();
        let only = app.map(|id| ("app", id.as_str()));
        let query: Vec<_> = only.into_iter().chain([("limit", limit.as_str())]).collect();
        self.json(self.get("v1/deployments", &query)).await
    }

    /// By its id, or the beginning of it.
    pub(crate) async fn deployment(&self, id: &DeploymentId) -> Result<DeploymentView, ClientError> {
        self.json(self.get(&format!("v1/deployments/{id}"), &[])).await
    }

    pub(crate) async fn cancel(&self, id: &DeploymentId, wish: &Cancel) -> Result<Cancelled, ClientError> {
        self.post(&format!("v1/deployments/{id}/cancel"), wish).await
    }

    pub(crate) async fn resume(&self, wish: &Resume) -> Result<Resumed, ClientError> {
        self.post("v1/resume", wish).await
    }
}
