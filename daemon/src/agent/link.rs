//! The agent's end of its link: dials the master, again and again, and passes orders on.

use super::inbox::{Handle, Message};
use super::sandbox::Sandboxes;
use super::{Settings, exec, files, logs};
use crate::runtime::Runtime;
use crate::wire::agents::agents_client::AgentsClient;
use crate::wire::agents::{ToAgent, to_agent};
use crate::wire::{self, Garbled, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, MESSAGE_BYTES_MAX};
use ship_core::model::{AgentId, TaskId, VolumeId};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The first retry comes at once, for a master that merely restarted; then ever later.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(5);

/// A link that held this long was no accident: the next retry is a first one again.
const LINK_PROVEN: Duration = Duration::from_secs(10);

/// Longer than the engine is asked for the end of one.
const COMMANDS_END: Duration = Duration::from_secs(8);

pub(super) type Client = AgentsClient<InterceptedService<Channel, Bearer>>;

/// Puts the token on every call.
#[derive(Clone)]
pub(super) struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    #[error("`{master}` is not an address of a master: HOST:PORT is expected")]
    Address {
        master: String,
        #[source]
        err: tonic::transport::Error,
    },
    #[error("the token has characters that no token has")]
    Token,
    #[error("cannot reach the master at `{master}`")]
    Unreachable {
        master: String,
        #[source]
        err: tonic::transport::Error,
    },
    #[error("the master ended the link: {}", .0.message())]
    Refused(Status),
    #[error("the master closed the link")]
    Closed,
    #[error(transparent)]
    Garbled(#[from] Garbled),
}

pub(super) struct Link {
    settings: Settings,
    executor: Handle,
    runtime: Arc<dyn Runtime>,
    execs: Arc<Semaphore>,
    /// Those in tasks' containers.
    commands: TaskTracker,
    files: Arc<Semaphore>,
    sandboxes: Sandboxes,
    stop: CancellationToken,
}

impl Link {
    pub(super) fn new(
        settings: Settings,
        executor: Handle,
        runtime: Arc<dyn Runtime>,
        sandboxes: Sandboxes,
        stop: CancellationToken,
    ) -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        let (execs, files) = (turns(exec::AT_ONCE_MAX), turns(files::AT_ONCE_MAX));
        Self { settings, executor, runtime, execs, commands: TaskTracker::new(), files, sandboxes, stop }
    }

    /// Until shutdown, and until the commands of people have ended: nobody would end them later.
    pub(super) async fn run(self) {
        self.stop.run_until_cancelled(self.keep()).await;
        self.commands.close();
        if tokio::time::timeout(COMMANDS_END, self.commands.wait()).await.is_err() {
            tracing::warn!("commands in tasks' containers may run on");
        }
    }

    /// One link after the other.
    async fn keep(&self) {
        let mut failures = 0;
        loop {
            let began = Instant::now();
            let Err(err) = self.hold().await;
            if began.elapsed() >= LINK_PROVEN {
                failures = 0;
            }
            let pause = pause(&self.settings.id, failures);
            tracing::warn!(err = &err as &dyn std::error::Error, ?pause, "no link to the master");
            failures += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// One link, from the dial to its end.
    async fn hold(&self) -> Result<std::convert::Infallible, LinkError> {
        let mut client = dial(&self.settings.master, &self.settings.token).await?;
        let words = self.executor.attach().await;
        let call = client.link(ReceiverStream::new(words)).await;
        let mut orders = call.map_err(LinkError::Refused)?.into_inner();
        tracing::info!(master = self.settings.master, "linked");
        loop {
            let order = orders.message().await.map_err(LinkError::Refused)?.ok_or(LinkError::Closed)?;
            self.obey(&client, order).await?;
        }
    }

    async fn obey(&self, client: &Client, order: ToAgent) -> Result<(), LinkError> {
        match order.message.ok_or(Garbled::Unexpected)? {
            to_agent::Message::Launch(spec) => {
                self.executor.tell(Message::Launch(wire::decode("a task", &spec)?)).await;
            }
            to_agent::Message::Kill(kill) => {
                let task = TaskId::new(kill.task);
                self.executor.tell(Message::Kill { task, grace_secs: kill.grace_secs }).await;
            }
            to_agent::Message::Recheck(recheck) => {
                let checks = wire::decode("health checks", &recheck.checks)?;
                self.executor.tell(Message::Recheck { task: TaskId::new(recheck.task), checks }).await;
            }
            to_agent::Message::RemoveVolume(order) => {
                let volume = VolumeId::new(order.volume);
                self.executor.tell(Message::RemoveVolume { volume, names: order.names }).await;
            }
            to_agent::Message::Forget(task) => self.executor.tell(Message::Forget(TaskId::new(task))).await,
            to_agent::Message::Logs(wanted) => {
                let (executor, runtime) = (self.executor.clone(), Arc::clone(&self.runtime));
                tokio::spawn(logs::answer(client.clone(), executor, runtime, wanted));
            }
            to_agent::Message::Exec(wanted) => {
                let (executor, runtime) = (self.executor.clone(), Arc::clone(&self.runtime));
                let turn = Arc::clone(&self.execs).try_acquire_owned().ok();
                let stop = self.stop.clone();
                self.commands.spawn(exec::answer(client.clone(), executor, runtime, turn, wanted, stop));
            }
            to_agent::Message::Files(wanted) => {
                let (executor, sandboxes) = (self.executor.clone(), self.sandboxes.clone());
                let turn = Arc::clone(&self.files).try_acquire_owned().ok();
                tokio::spawn(files::answer(client.clone(), executor, sandboxes, turn, wanted));
            }
        }
        Ok(())
    }
}

/// Doubles with each failure. Every agent has its own pace, so that a thousand do not return as one.
pub(super) fn pause(agent: &AgentId, failures: u32) -> Duration {
    let pause = RETRY_FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(RETRY_MAX);
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(agent);
    pause * u32::try_from(75 + hash % 50).unwrap_or(100) / 100
}

/// A connection to the master, with the token on every call.
pub(super) async fn dial(master: &str, token: &str) -> Result<Client, LinkError> {
    let bearer = format!("Bearer {token}").parse().map_err(|_| LinkError::Token)?;
    let endpoint = Endpoint::from_shared(format!("http://{master}"))
        .map_err(|err| LinkError::Address { master: master.to_owned(), err })?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true);
    let channel = endpoint.connect().await;
    let channel = channel.map_err(|err| LinkError::Unreachable { master: master.to_owned(), err })?;
    let client = AgentsClient::with_interceptor(channel, Bearer(bearer));
    Ok(client.max_decoding_message_size(MESSAGE_BYTES_MAX))
}
