//! Logs on request: the master asks over the link, the agent answers with a call of its own, whose flow
//! control reaches from the reader to the container.

use super::registry::{CannotAsk, Registry};
use crate::runtime::LogsQuery;
use crate::wire;
use crate::wire::agents::log_text::Stream as Source;
use crate::wire::agents::{Ability, LogChunk, LogText, LogsWanted, to_agent::Message};
use ship_core::model::{AgentId, TaskId};
use ship_core::protocol::LogLine;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

/// An agent opens its call within a round trip; a busy engine may take a while to find the log.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// Lines read ahead for one reader.
const READ_AHEAD: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogsError {
    #[error(transparent)]
    CannotAsk(#[from] CannotAsk),
    #[error("agent `{0}` did not answer within {secs} s", secs = ANSWER_TIMEOUT.as_secs())]
    Unanswered(AgentId),
    /// In the agent's words.
    #[error("{0}")]
    Refused(String),
}

type Answer = Result<mpsc::Receiver<LogLine>, String>;

/// Requests that no agent has answered yet.
#[derive(Default)]
pub(super) struct Requests {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, Waiting>>,
}

struct Waiting {
    task: TaskId,
    answer: oneshot::Sender<Answer>,
}

impl Requests {
    pub(super) async fn ask(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        query: LogsQuery,
    ) -> Result<ReceiverStream<LogLine>, LogsError> {
        let request = self.last.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.lock().insert(request, Waiting { task: task.clone(), answer });
        let _withdrawn = Withdraw { requests: self, request };
        let since_nanos = query.since.map(wire::nanos);
        let LogsQuery { follow, tail, since: _ } = query;
        let wanted = Message::Logs(LogsWanted { request, task: task.to_string(), follow, tail, since_nanos });
        match since_nanos {
            Some(_) => registry.ask(agent, Ability::LogsSince, wanted)?,
            None => registry.send(agent, wanted).map_err(CannotAsk::from)?,
        }
        match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            Ok(Ok(Ok(lines))) => Ok(ReceiverStream::new(lines)),
            Ok(Ok(Err(refusal))) => Err(LogsError::Refused(refusal)),
            Ok(Err(_)) | Err(_) => Err(LogsError::Unanswered(agent.clone())),
        }
    }

    /// Pumps one agent's answer to whoever asked, until either has enough.
    pub(super) async fn answer(
        &self,
        mut chunks: Streaming<LogChunk>,
        shutdown: &CancellationToken,
    ) -> Result<(), Status> {
        let Some(first) = chunks.message().await? else { return Ok(()) };
        let gone = || Status::cancelled("nobody reads this log (any more)");
        let waiting = self.lock().remove(&first.request).ok_or_else(gone)?;
        if let Some(refusal) = first.refusal {
            let _ = waiting.answer.send(Err(refusal));
            return Ok(());
        }
        let (lines, reader) = mpsc::channel(READ_AHEAD);
        waiting.answer.send(Ok(reader)).map_err(|_| gone())?;
        let mut chunk = first;
        loop {
            for text in chunk.lines {
                lines.send(log_line(&waiting.task, text)).await.map_err(|_| gone())?;
            }
            let next = tokio::select! {
                next = chunks.message() => next?,
                () = lines.closed() => return Err(gone()),
                () = shutdown.cancelled() => return Err(Status::unavailable("the master is stopping")),
            };
            let Some(next) = next else { return Ok(()) };
            chunk = next;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a request back when its asker stops waiting, however that comes about.
struct Withdraw<'a> {
    requests: &'a Requests,
    request: u64,
}

impl Drop for Withdraw<'_> {
    fn drop(&mut self) {
        self.requests.lock().remove(&self.request);
    }
}

fn log_line(task: &TaskId, text: LogText) -> LogLine {
    let stream = match text.stream() {
        Source::Stdout => "stdout",
        Source::Stderr => "stderr",
    };
    LogLine { task: task.clone(), stream: stream.to_owned(), line: text.line, at: text.at_nanos.and_then(wire::moment) }
}
