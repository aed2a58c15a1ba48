//! The master's end of its agents: who is linked, what is sent to them, and their words turned into
//! [`Input`]s. What any of it means is decided in the cluster.

mod exec;
mod files;
mod logs;
mod pending;
mod registry;
mod service;

#[cfg(test)]
mod tests;

pub use exec::{Exec, ExecError, ExecSaid, Input as ExecInput, UNREAD_MAX};
pub use files::{FileContent, FilesError};
pub use logs::LogsError;
pub use registry::{CannotAsk, NotLinked};

use crate::runtime::{ExecWish, LogsQuery};
use crate::wire::{self, agents::agents_server::AgentsServer, agents::to_agent::Message};
use registry::Registry;
use service::Service;
use ship_core::cluster::Input;
use ship_core::model::{AgentId, Checks, TaskId, TaskSpec, VolumeId};
use ship_core::protocol::{FileListing, LogLine};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;

/// All links of this master; a copy is another handle to the same ones.
#[derive(Clone)]
pub struct Links {
    registry: Arc<Registry>,
    service: Service,
}

impl Links {
    /// Agents that know `token` may link; what they say arrives in `inbox`. All links end with `shutdown`.
    #[must_use]
    pub fn new(token: &str, inbox: mpsc::Sender<Input>, shutdown: CancellationToken) -> Self {
        let registry = Arc::new(Registry::default());
        let service = Service::new(token, Arc::clone(&registry), inbox, shutdown);
        Self { registry, service }
    }

    /// The service to mount in a tonic server of one's own; [`Links::serve`] brings one.
    #[must_use]
    pub fn service(&self) -> AgentsServer<Service> {
        AgentsServer::new(self.service.clone()).max_decoding_message_size(wire::MESSAGE_BYTES_MAX)
    }

    /// Serves agents on `listener` until shutdown.
    pub async fn serve(&self, listener: TcpListener) -> Result<(), tonic::transport::Error> {
        tonic::transport::Server::builder()
            .http2_keepalive_interval(Some(wire::KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(wire::KEEPALIVE_TIMEOUT))
            .tcp_nodelay(true)
            .add_service(self.service())
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), self.service.stopped())
            .await
    }

    /// Never waits: what cannot be sent now is settled by the report of the next join.
    pub fn send_launch(&self, agent: &AgentId, task: &TaskSpec) -> Result<(), NotLinked> {
        self.registry.send(agent, Message::Launch(wire::encode(task)))
    }

    /// Never waits, as [`Links::send_launch`].
    pub fn send_kill(&self, agent: &AgentId, task: &TaskId, grace_secs: Option<u32>) -> Result<(), NotLinked> {
        self.registry.send(agent, Message::Kill(wire::agents::Kill { task: task.to_string(), grace_secs }))
    }

    /// Never waits, as [`Links::send_launch`].
    pub fn send_recheck(&self, agent: &AgentId, task: &TaskId, checks: &Checks) -> Result<(), NotLinked> {
        let checks = wire::encode(&checks);
        self.registry.send(agent, Message::Recheck(wire::agents::Recheck { task: task.to_string(), checks }))
    }

    /// Never waits, as [`Links::send_launch`].
    pub fn send_remove_volume(&self, agent: &AgentId, volume: &VolumeId, names: &[String]) -> Result<(), NotLinked> {
        let (volume, names) = (volume.to_string(), names.to_vec());
        self.registry.send(agent, Message::RemoveVolume(wire::agents::RemoveVolume { volume, names }))
    }

    /// The log of a task, read from its agent as fast as the stream is polled; dropping it ends the reading.
    pub async fn logs(
        &self,
        agent: &AgentId,
        task: &TaskId,
        query: LogsQuery,
    ) -> Result<impl Stream<Item = LogLine> + Send + use<>, LogsError> {
        self.service.logs.ask(&self.registry, agent, task, query).await
    }

    /// Runs a command in a task's container.
    pub async fn exec(&self, agent: &AgentId, task: &TaskId, wish: ExecWish) -> Result<Exec, ExecError> {
        self.service.execs.ask(&self.registry, agent, task, wish).await
    }

    /// What is at a path of a task's sandbox.
    pub async fn files(&self, agent: &AgentId, task: &TaskId, path: String) -> Result<FileListing, FilesError> {
        self.service.files.list(&self.registry, agent, task, path).await
    }

    /// A part of a file in a task's sandbox.
    pub async fn file(
        &self,
        agent: &AgentId,
        task: &TaskId,
        path: String,
        range: wire::agents::Range,
    ) -> Result<FileContent, FilesError> {
        self.service.files.read(&self.registry, agent, task, path, range).await
    }
}
