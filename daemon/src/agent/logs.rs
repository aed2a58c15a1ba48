//! Answers one request for a log: a call of its own, as fast as the reader reads.

use super::inbox::Handle;
use super::link::Client;
use super::tasks::Standing;
use crate::runtime::{LogsQuery, OutputLine, Runtime, RuntimeError, Source};
use crate::wire;
use crate::wire::agents::log_text::Stream as WireSource;
use crate::wire::agents::{LogChunk, LogText, LogsWanted};
use futures_util::FutureExt;
use futures_util::stream::{self, BoxStream, StreamExt};
use ship_core::model::TaskId;
use std::sync::Arc;

/// Lines that are there together travel together, up to so many.
const CHUNK_LINES: usize = 256;

pub(super) async fn answer(mut client: Client, executor: Handle, runtime: Arc<dyn Runtime>, wanted: LogsWanted) {
    let request = wanted.request;
    let chunks = match open(executor, runtime, wanted).await {
        Ok(lines) => chunks(request, lines),
        Err(refusal) => stream::iter([opening(request, Some(refusal))]).boxed(),
    };
    // Boxed, or the compiler loses sight of the call being `Send`.
    if let Err(status) = client.logs(chunks).boxed().await {
        tracing::debug!(reason = status.message(), "a log request ended");
    }
}

async fn open(
    executor: Handle,
    runtime: Arc<dyn Runtime>,
    wanted: LogsWanted,
) -> Result<BoxStream<'static, OutputLine>, String> {
    let task = TaskId::new(wanted.task);
    // Names of containers are the engine's; only tasks of this agent may be read.
    if matches!(executor.standing(task.clone()).await, None | Some(Standing::Unknown)) {
        return Err(format!("this agent has no task `{task}` (any more)"));
    }
    let since = wanted.since_nanos.and_then(wire::moment);
    let query = LogsQuery { follow: wanted.follow, tail: wanted.tail, since };
    runtime.logs(&task, query).await.map_err(|err| match err {
        RuntimeError::Missing => format!("task `{task}` has no container yet, or none any more"),
        RuntimeError::Refused(_) | RuntimeError::NoImage(_) | RuntimeError::Unavailable(_) => err.to_string(),
    })
}

/// The opening goes out at once, so that the reader knows the log is there.
fn chunks(request: u64, lines: BoxStream<'static, OutputLine>) -> BoxStream<'static, LogChunk> {
    let further = lines
        .ready_chunks(CHUNK_LINES)
        .map(move |lines| LogChunk { lines: lines.into_iter().map(text).collect(), ..opening(request, None) });
    stream::iter([opening(request, None)]).chain(further).boxed()
}

fn opening(request: u64, refusal: Option<String>) -> LogChunk {
    LogChunk { request, refusal, lines: Vec::new() }
}

fn text(output: OutputLine) -> LogText {
    let stream = match output.source {
        Source::Stdout => WireSource::Stdout,
        Source::Stderr => WireSource::Stderr,
    };
    LogText { stream: stream.into(), line: output.line, at_nanos: output.at.map(wire::nanos) }
}
