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
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::io::ReaderStream;
use tokio_util::task::AbortOnDropHandle;

/// How long git may go on alone when its client is gone; a push that is being checked ends well in it.
const END_WAIT: Duration = Duration::from_secs(5);
/// How long it may take to remove its lock files after SIGTERM.
const TERM_WAIT: Duration = Duration::from_secs(5);
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
        let output = ReaderStream::with_capacity(stdout, CHUNK_BYTES);
        let run = Run { alive: Some(Alive { child, output }), service: self.service, _permit: self.permit };
        let chunks = stream::unfold(run, |mut run| async { Some((run.chunk().await?, run)) });
        Ok((chunks.boxed(), stdin))
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

/// One run of git. Dropped before its end (the client went away), the process is seen to its end.
struct Run {
    alive: Option<Alive>,
    service: Service,
    _permit: OwnedSemaphorePermit,
}

struct Alive {
    child: Child,
    output: ReaderStream<ChildStdout>,
}

impl Run {
    /// The next of what git writes; `None` once it has ended.
    async fn chunk(&mut self) -> Option<io::Result<Bytes>> {
        let alive = self.alive.as_mut()?;
        if let Some(chunk) = alive.output.next().await {
            return Some(chunk);
        }
        match alive.child.wait().await {
            Ok(status) if status.success() => {}
            Ok(status) => tracing::info!(service = %self.service, %status, "git ended with an error"),
            Err(err) => tracing::warn!(service = %self.service, %err, "cannot wait for git"),
        }
        self.alive = None;
        None
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let (Some(alive), Ok(runtime)) = (self.alive.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(alive.end());
        }
    }
}

impl Alive {
    /// A git that is killed leaves its quarantine behind, or a lock file that blocks every later push. So it
    /// may end by itself first: its input has ended, and somebody still takes its output.
    async fn end(mut self) {
        let drained = async { while self.output.next().await.is_some() {} };
        if tokio::time::timeout(END_WAIT, drained).await.is_err() {
            self.signal(Signal::SIGTERM);
        }
        if tokio::time::timeout(TERM_WAIT, self.child.wait()).await.is_err() {
            self.signal(Signal::SIGKILL);
            let _ = self.child.wait().await;
        }
    }

    /// To git and the hooks that it started.
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = killpg(Pid::from_raw(group), signal);
        }
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
