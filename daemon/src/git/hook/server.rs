//! The daemon's end of the hook socket: takes calls, hands each to whoever answers, writes the lines back.

use super::socket::ShortName;
use super::wire::{Call, Reply};
use std::fs;
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A push of 100,000 refs fits; more is no push of app files.
const CALL_BYTES_MAX: u64 = 16 << 20;
/// A hook sends its call at once.
const CALL_WAIT: Duration = Duration::from_secs(10);
/// How long a pusher may leave our lines unread before the view ends.
const WRITE_WAIT: Duration = Duration::from_secs(60);

/// Whoever decides about pushes.
pub(in crate::git) trait Answer: Clone + Send + 'static {
    /// Answers by speaking; the returned status ends the hook.
    fn answer(&self, call: Call, speaker: &mut Speaker) -> impl Future<Output = Result<u8, Gone>> + Send;
}

/// The hook is no longer there to listen.
#[derive(Debug)]
pub(in crate::git) struct Gone;

/// Writes lines to one waiting hook.
pub(in crate::git) struct Speaker {
    to: OwnedWriteHalf,
}

impl Speaker {
    pub(in crate::git) async fn say(&mut self, line: impl AsRef<str>) -> Result<(), Gone> {
        self.reply(&Reply::Line(printable(line.as_ref()))).await
    }

    pub(in crate::git) async fn say_all<T: AsRef<str>>(
        &mut self,
        lines: impl IntoIterator<Item = T> + Send,
    ) -> Result<(), Gone> {
        for line in lines.into_iter().map(|line| line.as_ref().to_owned()).collect::<Vec<_>>() {
            self.say(line).await?;
        }
        Ok(())
    }

    async fn reply(&mut self, reply: &Reply) -> Result<(), Gone> {
        let mut line = serde_json::to_vec(reply).map_err(|_| Gone)?;
        line.push(b'\n');
        match tokio::time::timeout(WRITE_WAIT, self.to.write_all(&line)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

/// Takes the socket's name over, from a dead daemon too: the lock on the data directory says who is alive.
pub(in crate::git) fn bind(socket: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(socket) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(ShortName::of(socket)?.path)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers hooks until shutdown, then lets the ones under way say their last words.
pub(in crate::git) async fn serve(listener: UnixListener, answer: impl Answer, shutdown: CancellationToken) {
    let calls = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let answer = answer.clone();
                calls.spawn(async move {
                    if let Err(err) = converse(stream, answer).await {
                        tracing::debug!(%err, "a hook did not finish its call");
                    }
                });
            }
            Err(err) => {
                tracing::warn!(%err, "cannot accept a hook");
                // Out of file descriptors, most likely: some come back while others end.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    calls.close();
    calls.wait().await;
}

async fn converse(stream: UnixStream, answer: impl Answer) -> io::Result<()> {
    let (from, to) = stream.into_split();
    let mut line = Vec::new();
    let mut from = BufReader::new(from.take(CALL_BYTES_MAX));
    tokio::time::timeout(CALL_WAIT, from.read_until(b'\n', &mut line)).await??;
    let call: Call = serde_json::from_slice(&line)?;
    let mut speaker = Speaker { to };
    let status = tokio::select! {
        status = answer.answer(call, &mut speaker) => status,
        // The hook says nothing after its call: what can be read now is that it has gone.
        _ = from.read_u8() => Err(Gone),
    };
    if let Ok(status) = status {
        let _ = speaker.reply(&Reply::Exit(status)).await;
    }
    Ok(())
}

/// File names and the engine's words reach other people's terminals: no control codes in them.
fn printable(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}
