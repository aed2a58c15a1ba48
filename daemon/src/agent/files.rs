//! Answers one request for files of a sandbox: a call of its own, as fast as the reader reads.

use super::inbox::Handle;
use super::link::Client;
use super::sandbox::{self, Content, NoFiles, Sandboxes};
use super::tasks::Standing;
use crate::wire;
use crate::wire::agents::refusal::Kind;
use crate::wire::agents::{FilesChunk, FilesWanted, Range, Refusal};
use futures_util::stream::{self, BoxStream, StreamExt};
use futures_util::{FutureExt, future};
use ship_core::model::TaskId;
use std::path::PathBuf;
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::io::ReaderStream;

/// So many are read at once on an agent.
pub(super) const AT_ONCE_MAX: usize = 32;

const CHUNK_BYTES: usize = 64 * 1024;

/// Without a `turn` there are too many already.
pub(super) async fn answer(
    mut client: Client,
    executor: Handle,
    sandboxes: Sandboxes,
    turn: Option<OwnedSemaphorePermit>,
    wanted: FilesWanted,
) {
    let request = wanted.request;
    let chunks = match turn {
        Some(_) => open(&executor, &sandboxes, wanted).await,
        None => Err(wire::refusal(Kind::TooMany, format!("{AT_ONCE_MAX} files are read on this agent already"))),
    };
    let chunks = chunks.unwrap_or_else(|refusal| {
        stream::iter([FilesChunk { refusal: Some(refusal), ..FilesChunk::default() }]).boxed()
    });
    let chunks = chunks.map(move |chunk| FilesChunk { request, ..chunk });
    // Boxed, or the compiler loses sight of the call being `Send`.
    if let Err(status) = client.files(chunks).boxed().await {
        tracing::debug!(reason = status.message(), "a request for files ended");
    }
}

async fn open(
    executor: &Handle,
    sandboxes: &Sandboxes,
    wanted: FilesWanted,
) -> Result<BoxStream<'static, FilesChunk>, Refusal> {
    let task = TaskId::new(wanted.task);
    match executor.standing(task.clone()).await {
        None | Some(Standing::Unknown) => {
            return Err(wire::unknown_task(&task));
        }
        Some(Standing::Idle | Standing::Running) => {}
    }
    let sandbox = sandboxes.of(&task).map_err(|err| wire::refusal(Kind::Failed, err.to_string()))?;
    match wanted.content {
        None => listing(sandbox, wanted.path).await,
        Some(range) => content(sandbox, wanted.path, range).await,
    }
}

async fn listing(sandbox: PathBuf, path: String) -> Result<BoxStream<'static, FilesChunk>, Refusal> {
    let listing = aside(move || sandbox::list(&sandbox, &path)).await?;
    let chunk = FilesChunk { listing: Some(wire::encode(&listing)), ..FilesChunk::default() };
    Ok(stream::iter([chunk]).boxed())
}

async fn content(sandbox: PathBuf, path: String, range: Range) -> Result<BoxStream<'static, FilesChunk>, Refusal> {
    let Range { offset, length } = range;
    let Content { file, size } = aside(move || sandbox::content(&sandbox, &path, offset)).await?;
    // What is written meanwhile is for the next request: the size that is told now holds.
    let length = length.unwrap_or(u64::MAX).min(size.saturating_sub(offset));
    let opening = FilesChunk { size: Some(size), ..FilesChunk::default() };
    let bytes = ReaderStream::with_capacity(tokio::fs::File::from_std(file).take(length), CHUNK_BYTES);
    // Who reads notices that bytes are missing.
    let bytes = bytes.take_while(|bytes| future::ready(bytes.is_ok())).filter_map(|bytes| future::ready(bytes.ok()));
    let further = bytes.map(|bytes| FilesChunk { content: bytes.into(), ..FilesChunk::default() });
    Ok(stream::iter([opening]).chain(further).boxed())
}

/// Disks may be slow.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, NoFiles> + Send + 'static) -> Result<T, Refusal> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|err| wire::refusal(Kind::Failed, format!("looking at files broke off: {err}")))?;
    done.map_err(|err| {
        let kind = match err {
            NoFiles::NoSandbox | NoFiles::Missing(_) => Kind::NoFile,
            NoFiles::Outside(_) | NoFiles::NoFile { .. } | NoFiles::Unreadable { .. } => Kind::BadPath,
        };
        wire::refusal(kind, err.to_string())
    })
}
