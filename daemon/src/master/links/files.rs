//! Files of tasks' sandboxes: the master asks over the link, the agent answers with a call of its own, whose flow
//! control reaches from the reader to the file.

use super::exec::UNREAD_MAX;
use super::pending::{ANSWER_TIMEOUT, Pending};
use super::registry::{CannotAsk, Registry};
use crate::wire;
use crate::wire::agents::{Ability, FilesChunk, FilesWanted, Range, Refusal, to_agent::Message};
use ship_core::model::{AgentId, TaskId};
use ship_core::protocol::FileListing;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

/// Chunks read ahead for one reader, of 64 KiB at most.
const READ_AHEAD: usize = 4;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FilesError {
    #[error(transparent)]
    CannotAsk(#[from] CannotAsk),
    #[error("agent `{0}` did not answer within {secs} s", secs = ANSWER_TIMEOUT.as_secs())]
    Unanswered(AgentId),
    #[error("agent `{0}` answered something else than it was asked")]
    Odd(AgentId),
    /// In the agent's words.
    #[error("{}", .0.reason)]
    Refused(Refusal),
}

/// A file that is read as fast as its reader reads.
pub struct FileContent {
    /// Of the file as a whole, in bytes.
    pub size: u64,
    /// From the wanted offset on. It ends early where the link breaks.
    pub bytes: ReceiverStream<Vec<u8>>,
}

pub(super) enum Found {
    Listing(Vec<u8>),
    Content(FileContent),
    Neither,
}

#[derive(Default)]
pub(super) struct Requests(Pending<Result<Found, Refusal>>);

impl Requests {
    pub(super) async fn list(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        path: String,
    ) -> Result<FileListing, FilesError> {
        match self.ask(registry, agent, task, path, None).await? {
            Found::Listing(text) => wire::decode("a listing", &text).map_err(|_| FilesError::Odd(agent.clone())),
            Found::Content(_) | Found::Neither => Err(FilesError::Odd(agent.clone())),
        }
    }

    pub(super) async fn read(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        path: String,
        range: Range,
    ) -> Result<FileContent, FilesError> {
        match self.ask(registry, agent, task, path, Some(range)).await? {
            Found::Content(content) => Ok(content),
            Found::Listing(_) | Found::Neither => Err(FilesError::Odd(agent.clone())),
        }
    }

    async fn ask(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        path: String,
        content: Option<Range>,
    ) -> Result<Found, FilesError> {
        let asked = self.0.ask();
        let wanted = FilesWanted { request: asked.number, task: task.to_string(), path, content };
        registry.ask(agent, Ability::Files, Message::Files(wanted))?;
        let answer = asked.answer().await.ok_or_else(|| FilesError::Unanswered(agent.clone()))?;
        answer.map_err(FilesError::Refused)
    }

    /// Pumps one agent's answer to whoever asked, until either has enough.
    pub(super) async fn answer(
        &self,
        mut chunks: Streaming<FilesChunk>,
        shutdown: &CancellationToken,
    ) -> Result<(), Status> {
        let Some(first) = chunks.message().await? else { return Ok(()) };
        let gone = || Status::cancelled("nobody reads this file (any more)");
        let answer = self.0.take(first.request).ok_or_else(gone)?;
        let size = match first {
            FilesChunk { refusal: Some(refusal), .. } => return answer.send(Err(refusal)).map_err(|_| gone()),
            FilesChunk { listing: Some(text), .. } => return answer.send(Ok(Found::Listing(text))).map_err(|_| gone()),
            FilesChunk { size: Some(size), .. } => size,
            FilesChunk { .. } => return answer.send(Ok(Found::Neither)).map_err(|_| gone()),
        };
        let (bytes, reader) = mpsc::channel(READ_AHEAD);
        let content = FileContent { size, bytes: ReceiverStream::new(reader) };
        answer.send(Ok(Found::Content(content))).map_err(|_| gone())?;
        loop {
            let chunk = tokio::select! {
                chunk = chunks.message() => chunk?,
                () = bytes.closed() => return Err(gone()),
                () = shutdown.cancelled() => return Err(Status::unavailable("the master is stopping")),
            };
            let Some(chunk) = chunk else { return Ok(()) };
            bytes.send_timeout(chunk.content, UNREAD_MAX).await.map_err(|_| gone())?;
        }
    }
}
