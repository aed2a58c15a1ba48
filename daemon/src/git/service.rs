//! One run of git's own server side, `receive-pack` or `upload-pack`: streams in, streams out, and is
//! reaped whenever either end goes away.

use super::command::git;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::io::ReaderStream;
use tokio_util::task::AbortOnDropHandle;

/// How long git may take to remove its lock files and its quarantine after SIGTERM.
const TERM_GRACE: Duration = Duration::from_secs(5);
/// What of git's complaints goes to the log.
const STDERR_BYTES_MAX: u64 = 4 << 10;
const CHUNK_BYTES: usize = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    ReceivePack,
    UploadPack,
}

impl Service {
    pub(super) const ALL: [Self; 2] = [Self::ReceivePack, Self::UploadPack];
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ReceivePack => "receive-pack",
            Self::UploadPack => "upload-pack",
        })
    }
}

/// What git writes, until it has ended.
type Output = BoxStream<'static, io::Result<Bytes>>;

/// What a run is told.
pub(super) struct Order<'a> {
    pub(super) service: Service,
    pub(super) repo: &'a Path,
    /// The protocol version that the client asks for, in its own words.
    pub(super) protocol: Option<&'a str>,
    pub(super) pack_bytes_max: u64,
    /// Held as long as the process lives.
    pub(super) permit: OwnedSemaphorePermit,
}

impl Order<'_> {
    /// Lists the refs.
    pub(super) fn advertise(self) -> io::Result<Body> {
        let banner = banner(self.service);
        let (output, _) = self.spawn("--http-backend-info-refs", Stdio::null())?;
        Ok(Body::from_stream(stream::iter([Ok(banner)]).chain(output)))
    }

    /// Answers one request.
    pub(super) fn exchange<S>(self, input: S) -> io::Result<Body>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
    {
        let (mut output, stdin) = self.spawn("--stateless-rpc", Stdio::piped())?;
        let stdin = stdin.ok_or(io::ErrorKind::BrokenPipe)?;
        let feeder = AbortOnDropHandle::new(tokio::spawn(feed(input, stdin)));
        Ok(Body::from_stream(stream::poll_fn(move |cx| {
            let _fed_while_read = &feeder;
            output.poll_next_unpin(cx)
        })))
    }

    fn spawn(self, mode: &str, input: Stdio) -> io::Result<(Output, Option<ChildStdin>)> {
        let mut command = git(self.repo);
        command.arg("-c").arg(format!("receive.maxInputSize={}", self.pack_bytes_max));
        command.arg(self.service.to_string()).arg(mode).arg(".");
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        if let Some(protocol) = self.protocol {
            command.env("GIT_PROTOCOL", protocol);
        }
        let mut child = command.spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(log_complaints(self.service, stderr));
        }
        let run = Run { child: Some(child), service: self.service, _permit: self.permit };
        let output = ReaderStream::with_capacity(stdout, CHUNK_BYTES);
        Ok((stream::unfold((output, run), next_chunk).boxed(), stdin))
    }
}

async fn next_chunk<R>(
    (mut output, mut run): (ReaderStream<R>, Run),
) -> Option<(io::Result<Bytes>, (ReaderStream<R>, Run))>
where
    R: tokio::io::AsyncRead + Unpin,
{
    match output.next().await {
        Some(chunk) => Some((chunk, (output, run))),
        None => {
            run.finish().await;
            None
        }
    }
}

/// git waits for the end of its input: dropping `stdin` is what says so.
async fn feed<S>(mut input: S, mut stdin: ChildStdin)
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    while let Some(chunk) = input.next().await {
        let written = match chunk {
            Ok(bytes) => stdin.write_all(&bytes).await,
            Err(err) => Err(err),
        };
        if let Err(err) = written {
            tracing::debug!(%err, "a request of git ended early");
            return;
        }
    }
}

async fn log_complaints(service: Service, stderr: ChildStderr) {
    let mut text = Vec::new();
    let mut stderr = stderr.take(STDERR_BYTES_MAX);
    let _ = stderr.read_to_end(&mut text).await;
    if !text.is_empty() {
        tracing::info!(%service, "git says: {}", String::from_utf8_lossy(&text).trim_end());
    }
    // A full pipe would stop git: what is beyond the limit is read and forgotten.
    let _ = tokio::io::copy(&mut stderr.into_inner(), &mut tokio::io::sink()).await;
}

/// A living git process. Dropped before its end (the client went away), it is told to stop.
struct Run {
    child: Option<Child>,
    service: Service,
    _permit: OwnedSemaphorePermit,
}

impl Run {
    async fn finish(&mut self) {
        if let Some(child) = &mut self.child {
            match child.wait().await {
                Ok(status) if status.success() => {}
                Ok(status) => tracing::info!(service = %self.service, %status, "git ended with an error"),
                Err(err) => tracing::warn!(service = %self.service, %err, "cannot wait for git"),
            }
        }
        self.child = None;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let (Some(child), Ok(runtime)) = (self.child.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        runtime.spawn(stop(child));
    }
}

/// SIGTERM first: git then removes its lock files, which would otherwise block every later push.
async fn stop(mut child: Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    if let Some(group) = group {
        let _ = killpg(group, Signal::SIGTERM);
    }
    if tokio::time::timeout(TERM_GRACE, child.wait()).await.is_err() {
        if let Some(group) = group {
            let _ = killpg(group, Signal::SIGKILL);
        }
        let _ = child.wait().await;
    }
}

/// The packet that opens a ref advertisement over HTTP, and the flush after it.
fn banner(service: Service) -> Bytes {
    let line = format!("# service=git-{service}\n");
    format!("{:04x}{line}0000", line.len() + 4).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_counts_its_own_length() {
        assert_eq!(banner(Service::UploadPack), "001e# service=git-upload-pack\n0000");
        assert_eq!(banner(Service::ReceivePack), "001f# service=git-receive-pack\n0000");
    }
}
