//! Logs on request: the master asks over the link, the agent answers with a call of its own, whose flow
//! control reaches from the reader to the container.

use super::pending::{ANSWER_TIMEOUT, Pending};
use super::registry::{CannotAsk, Registry};
use crate::runtime::LogsQuery;
use crate::wire;
use crate::wire::agents::log_text::Stream as Source;
use crate::wire::agents::{Ability, LogChunk, LogText, LogsWanted, to_agent::Message};
use futures_util::{Stream, StreamExt};
use ship_core::model::{AgentId, TaskId};
use ship_core::protocol::LogLine;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

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

/// Lines, or the agent's reason why there are none.
#[derive(Default)]
pub(super) struct Requests(Pending<Result<mpsc::Receiver<LogText>, String>>);

impl Requests {
    pub(super) async fn ask(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        query: LogsQuery,
    ) -> Result<impl Stream<Item = LogLine> + Send + use<>, LogsError> {
        let asked = self.0.ask();
        let since_nanos = query.since.map(wire::nanos);
        let LogsQuery { follow, tail, since: _ } = query;
        let task = task.clone();
        let wanted = LogsWanted { request: asked.number, task: task.to_string(), follow, tail, since_nanos };
        match since_nanos {
            Some(_) => registry.ask(agent, Ability::LogsSince, Message::Logs(wanted))?,
            None => registry.send(agent, Message::Logs(wanted)).map_err(CannotAsk::from)?,
        }
        let lines = asked.answer().await.ok_or_else(|| LogsError::Unanswered(agent.clone()))?;
        let lines = ReceiverStream::new(lines.map_err(LogsError::Refused)?);
        Ok(lines.map(move |text| log_line(&task, text)))
    }

    /// Pumps one agent's answer to whoever asked, until either has enough.
    pub(super) async fn answer(
        &self,
        mut chunks: Streaming<LogChunk>,
        shutdown: &CancellationToken,
    ) -> Result<(), Status> {
        let Some(first) = chunks.message().await? else { return Ok(()) };
        let gone = || Status::cancelled("nobody reads this log (any more)");
        let answer = self.0.take(first.request).ok_or_else(gone)?;
        if let Some(refusal) = first.refusal {
            let _ = answer.send(Err(refusal));
            return Ok(());
        }
        let (lines, reader) = mpsc::channel(READ_AHEAD);
        answer.send(Ok(reader)).map_err(|_| gone())?;
        let mut chunk = first;
        loop {
            for text in chunk.lines {
                lines.send(text).await.map_err(|_| gone())?;
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
}

fn log_line(task: &TaskId, text: LogText) -> LogLine {
    let stream = match text.stream() {
        Source::Stdout => "stdout",
        Source::Stderr => "stderr",
    };
    LogLine { task: task.clone(), stream: stream.to_owned(), line: text.line, at: text.at_nanos.and_then(wire::moment) }
}
