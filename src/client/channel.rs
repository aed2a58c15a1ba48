//! What can be listened to, and from where on.

use super::{Client, ClientError, EventStream};
use ship_core::model::DeploymentId;

#[derive(Debug, Clone)]
pub(crate) enum Channel {
    /// From its beginning to its end.
    Deployment(DeploymentId),
    /// Everything from now on, without an end.
    All,
    /// Everything that the cluster keeps, up to now.
    Past,
}

impl Client {
    /// What happens; only what came after the event with the number `after`, if that is given.
    pub(crate) async fn events(&self, channel: &Channel, after: Option<u64>) -> Result<EventStream, ClientError> {
        let request = match channel {
            Channel::Deployment(id) => self.get(&format!("v1/deployments/{id}/follow"), &[]),
            Channel::All => self.get("v1/events", &[]),
            Channel::Past => self.get("v1/events", &[("follow", "false")]),
        };
        let request = match after {
            Some(number) => request.header("last-event-id", number),
            None => request,
        };
        Ok(EventStream::new(self.send(request).await?))
    }
}
