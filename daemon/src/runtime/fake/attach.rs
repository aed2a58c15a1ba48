//! Commands of the fake engine that somebody talks to: a handful that tests need, and no shell.

use crate::runtime::{Attached, AttachedCommand, ExecWish, Output, RuntimeError, Source, TerminalSize};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, DuplexStream};
use tokio::sync::watch;

/// What a process may print ahead of its reader, as a pipe would hold it.
const PIPE_BYTES: usize = 4096;

/// Those that run now, and what became of their terminals.
#[derive(Clone)]
pub struct Commands {
    running: Arc<watch::Sender<usize>>,
    size: Arc<watch::Sender<Option<TerminalSize>>>,
}

impl Default for Commands {
    fn default() -> Self {
        Self { running: Arc::new(watch::Sender::new(0)), size: Arc::new(watch::Sender::new(None)) }
    }
}

impl Commands {
    /// How many run.
    #[must_use]
    pub fn running(&self) -> watch::Receiver<usize> {
        self.running.subscribe()
    }

    /// What the last terminal was sized to last.
    #[must_use]
    pub fn size(&self) -> watch::Receiver<Option<TerminalSize>> {
        self.size.subscribe()
    }

    /// `echo`, `fail CODE`, `cat`, `yes` and `sleep` do what their names say.
    pub(super) fn start(&self, wish: &ExecWish) -> Attached {
        let words: Vec<&str> = wish.argv.iter().map(String::as_str).collect();
        let (input, given) = tokio::io::duplex(PIPE_BYTES);
        let say = |source, text: String| stream::iter([Ok(Output { source, bytes: text.into() })]).boxed();
        let (output, code): (BoxStream<'static, _>, i64) = match words.as_slice() {
            ["echo", words @ ..] => (say(Source::Stdout, format!("{}\n", words.join(" "))), 0),
            ["fail", code] => (say(Source::Stderr, "failed\n".to_owned()), code.parse().unwrap_or(1)),
            ["cat"] => (copied(given), 0),
            ["yes"] => (stream::repeat_with(|| Ok(printed(&[b'y'; PIPE_BYTES]))).boxed(), 0),
            ["sleep"] => (stream::pending().boxed(), 0),
            other => (say(Source::Stderr, format!("{}: not found\n", other.join(" "))), 127),
        };
        self.size.send_replace(wish.tty);
        self.running.send_modify(|running| *running += 1);
        Attached { output, input: Box::pin(input), command: Box::new(Command { code, commands: self.clone() }) }
    }
}

fn printed(bytes: &[u8]) -> Output {
    Output { source: Source::Stdout, bytes: Bytes::copy_from_slice(bytes) }
}

fn copied(given: DuplexStream) -> BoxStream<'static, Result<Output, RuntimeError>> {
    let chunks = stream::unfold(given, |mut given| async {
        let mut bytes = [0; PIPE_BYTES];
        match given.read(&mut bytes).await {
            Ok(0) => None,
            Ok(count) => Some((Ok(printed(&bytes[..count])), given)),
            Err(err) => Some((Err(refused(&err)), given)),
        }
    });
    chunks.boxed()
}

fn refused(err: &io::Error) -> RuntimeError {
    RuntimeError::Refused(err.to_string())
}

struct Command {
    code: i64,
    commands: Commands,
}

#[async_trait::async_trait]
impl AttachedCommand for Command {
    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError> {
        self.commands.size.send_replace(Some(size));
        Ok(())
    }

    async fn code(&self) -> Result<i64, RuntimeError> {
        Ok(self.code)
    }

    /// Its drop does.
    async fn end(&self) {}
}

impl Drop for Command {
    fn drop(&mut self) {
        self.commands.running.send_modify(|running| *running -= 1);
    }
}
