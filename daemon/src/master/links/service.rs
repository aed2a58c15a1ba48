//! The gRPC service that agents dial: admits them, then turns their words into inputs.

use super::registry::{Joining, Membership, Registry};
use super::{exec, files, logs};
use crate::wire::agents::agents_server::Agents;
use crate::wire::agents::from_agent::Message;
use crate::wire::agents::to_agent::Message as ToMessage;
use crate::wire::agents::{ExecWord, FilesChunk, FilesTaken, FromAgent, Hello, LogChunk, LogsTaken, ToAgent};
use crate::wire::{self, PROTOCOL};
use sha2::{Digest, Sha256};
use ship_core::cluster::{Input, TaskReport};
use ship_core::model::{AgentId, AgentInfo, TaskId, VolumeId};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status, Streaming, async_trait};

/// An agent says hello at once; whoever does not is no agent.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Service {
    /// Of the token: hashes compare in constant time whatever the lengths of what they stand for.
    token_hash: [u8; 32],
    registry: Arc<Registry>,
    pub(super) logs: Arc<logs::Requests>,
    pub(super) execs: Arc<exec::Requests>,
    pub(super) files: Arc<files::Requests>,
    inbox: mpsc::Sender<Input>,
    shutdown: CancellationToken,
}

#[async_trait]
impl Agents for Service {
    type LinkStream = ReceiverStream<Result<ToAgent, Status>>;
    type ExecStream = exec::Orders;

    async fn link(&self, request: Request<Streaming<FromAgent>>) -> Result<Response<Self::LinkStream>, Status> {
        self.admit(request.metadata())?;
        let mut words = request.into_inner();
        let hello = hello(&mut words).await?;
        agrees(&hello)?;
        let (info, tasks) = read_hello(&hello).map_err(|err| Status::invalid_argument(err.to_string()))?;
        let agent = info.id.clone();
        let ended = ended(&tasks);
        let joining = Joining { agent: agent.clone(), abilities: hello.abilities };
        let slot = self.inbox.reserve().await.map_err(|_| stopping())?;
        let (member, outbox) = self.registry.join(joining, slot, Input::AgentJoined { info, tasks });
        self.confirm(&agent, ended);
        tokio::spawn(self.clone().listen(member, words));
        Ok(Response::new(ReceiverStream::new(outbox)))
    }

    async fn logs(&self, request: Request<Streaming<LogChunk>>) -> Result<Response<LogsTaken>, Status> {
        self.admit(request.metadata())?;
        self.logs.answer(request.into_inner(), &self.shutdown).await?;
        Ok(Response::new(LogsTaken {}))
    }

    async fn exec(&self, request: Request<Streaming<ExecWord>>) -> Result<Response<Self::ExecStream>, Status> {
        self.admit(request.metadata())?;
        Ok(Response::new(self.execs.answer(request.into_inner(), self.shutdown.clone()).await?))
    }

    async fn files(&self, request: Request<Streaming<FilesChunk>>) -> Result<Response<FilesTaken>, Status> {
        self.admit(request.metadata())?;
        self.files.answer(request.into_inner(), &self.shutdown).await?;
        Ok(Response::new(FilesTaken {}))
    }
}

impl Service {
    pub(super) fn new(
        token: &str,
        registry: Arc<Registry>,
        inbox: mpsc::Sender<Input>,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            token_hash: Sha256::digest(token).into(),
            registry,
            logs: Arc::default(),
            execs: Arc::default(),
            files: Arc::default(),
            inbox,
            shutdown,
        }
    }

    pub(super) fn stopped(&self) -> impl Future<Output = ()> + use<> {
        self.shutdown.clone().cancelled_owned()
    }

    fn admit(&self, metadata: &MetadataMap) -> Result<(), Status> {
        let given = metadata.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let hash: [u8; 32] = Sha256::digest(given.unwrap_or_default()).into();
        match given.is_some() && bool::from(hash.ct_eq(&self.token_hash)) {
            true => Ok(()),
            false => Err(Status::unauthenticated("the token is not the one this master expects")),
        }
    }

    /// Until the connection ends, for whichever reason.
    async fn listen(self, member: Membership, mut words: Streaming<FromAgent>) {
        loop {
            let word = tokio::select! {
                word = words.message() => word,
                () = member.cut.cancelled() => break,
                () = self.shutdown.cancelled() => break,
            };
            let input = match word {
                Ok(Some(word)) => read_word(&member.agent, word),
                Ok(None) => break,
                Err(status) => {
                    tracing::debug!(agent = %member.agent, reason = status.message(), "link broke");
                    break;
                }
            };
            match input {
                Ok(input) => {
                    let ended = ended_by(&input);
                    let Ok(slot) = self.inbox.reserve().await else { break };
                    if !self.registry.speak(&member, slot, input) {
                        break;
                    }
                    self.confirm(&member.agent, ended);
                }
                Err(err) => {
                    tracing::warn!(agent = %member.agent, %err, "an agent says what this master does not understand");
                    break;
                }
            }
        }
        // A master that stops loses no agents: its successor finds them.
        let slot = match self.shutdown.is_cancelled() {
            true => None,
            false => self.inbox.reserve().await.ok(),
        };
        self.registry.leave(&member, slot);
    }

    /// Lets the agent forget tasks whose end the master has heard of.
    fn confirm(&self, agent: &AgentId, ended: impl IntoIterator<Item = TaskId>) {
        for task in ended {
            // If the link is gone by now, the next report brings the end again.
            let _ = self.registry.send(agent, ToMessage::Forget(task.to_string()));
        }
    }
}

async fn hello(words: &mut Streaming<FromAgent>) -> Result<Hello, Status> {
    let first = tokio::time::timeout(HELLO_TIMEOUT, words.message())
        .await
        .map_err(|_| Status::deadline_exceeded("no hello within ten seconds"))??;
    match first.and_then(|word| word.message) {
        Some(Message::Hello(hello)) => Ok(hello),
        Some(Message::Info(_) | Message::Report(_) | Message::VolumeRemoved(_)) | None => {
            Err(Status::invalid_argument("an agent says hello first"))
        }
    }
}

fn agrees(hello: &Hello) -> Result<(), Status> {
    match hello.protocol {
        PROTOCOL => Ok(()),
        other => Err(Status::failed_precondition(format!(
            "this master speaks protocol {PROTOCOL}, the agent {other}: run the same version of shipd on both"
        ))),
    }
}

fn read_hello(hello: &Hello) -> Result<(AgentInfo, Vec<TaskReport>), wire::Garbled> {
    let info = wire::decode("the agent's description", &hello.info)?;
    let tasks = hello.tasks.iter().map(|task| wire::decode("a task's report", task)).collect::<Result<_, _>>()?;
    Ok((info, tasks))
}

fn read_word(agent: &AgentId, word: FromAgent) -> Result<Input, wire::Garbled> {
    match word.message {
        // A link speaks for the agent that said hello on it, and for no other.
        Some(Message::Info(info)) => {
            let info: AgentInfo = wire::decode("the agent's description", &info)?;
            Ok(Input::AgentChanged { info: AgentInfo { id: agent.clone(), ..info } })
        }
        // Its engine answered for the first time: only now the list is complete.
        Some(Message::Hello(hello)) => {
            let (info, tasks) = read_hello(&hello)?;
            Ok(Input::AgentJoined { info: AgentInfo { id: agent.clone(), ..info }, tasks })
        }
        Some(Message::Report(report)) => {
            Ok(Input::TaskUpdate { agent: agent.clone(), report: wire::decode("a task's report", &report)? })
        }
        Some(Message::VolumeRemoved(volume)) => {
            Ok(Input::VolumeRemoved { agent: agent.clone(), volume: VolumeId::new(volume) })
        }
        None => Err(wire::Garbled::Unexpected),
    }
}

fn ended(reports: &[TaskReport]) -> Vec<TaskId> {
    reports.iter().filter(|report| report.status.is_terminal()).map(|report| report.task.clone()).collect()
}

fn ended_by(input: &Input) -> Vec<TaskId> {
    match input {
        Input::TaskUpdate { report, .. } => ended(std::slice::from_ref(report)),
        Input::AgentJoined { tasks, .. } => ended(tasks),
        Input::AgentChanged { .. }
        | Input::AgentLost { .. }
        | Input::Desired { .. }
        | Input::Cancel { .. }
        | Input::Resume { .. }
        | Input::RevertRefused { .. }
        | Input::Drain { .. }
        | Input::Undrain { .. }
        | Input::Wipe { .. }
        | Input::VolumeRemoved { .. }
        | Input::Kill { .. }
        | Input::EndPause { .. }
        | Input::Tick => Vec::new(),
    }
}

fn stopping() -> Status {
    Status::unavailable("the master is stopping")
}
