//! A command inside a container, for as long as it may take.

use super::LAST_LINE_CHARS;
use super::engine::{Engine, asked};
use crate::runtime::{ExecEnd, RuntimeError};
use bollard::Docker as Client;
use bollard::exec::{CreateExecOptions, StartExecResults};
use futures_util::TryStreamExt;
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// An engine that takes longer to answer is taken for silent: that is no fault of the command's.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// The end of a command is awaited for so long: an engine that is that slow has other troubles.
pub(super) const END_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

pub(super) const HOW_IT_ENDED: &str = "how the command ended";

/// Runs `argv` in the container; ends it if it takes longer than `timeout`, or if the caller is gone before
/// its end: hence a task of its own, which outlives the caller.
pub(super) async fn run(
    engine: Arc<Engine>,
    container: String,
    argv: Vec<String>,
    timeout: Duration,
) -> Result<ExecEnd, RuntimeError> {
    let client = engine.client()?.with_timeout(CALL_TIMEOUT);
    let caller_gone = CancellationToken::new();
    let _while_called = caller_gone.clone().drop_guard();
    let command = tokio::spawn(carry_out(engine, client, container, argv, timeout, caller_gone));
    command.await.unwrap_or_else(|err| Err(RuntimeError::Refused(format!("the command could not be followed: {err}"))))
}

async fn carry_out(
    engine: Arc<Engine>,
    client: Client,
    container: String,
    argv: Vec<String>,
    timeout: Duration,
    caller_gone: CancellationToken,
) -> Result<ExecEnd, RuntimeError> {
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(argv),
        ..CreateExecOptions::default()
    };
    let exec = engine.answer(client.create_exec(&container, options).await)?.id;
    if caller_gone.is_cancelled() {
        return Ok(ExecEnd::TimedOut);
    }
    let output = caller_gone.run_until_cancelled(output_of(&engine, &client, &exec));
    let Ok(Some(output)) = tokio::time::timeout(timeout, output).await else {
        match tokio::time::timeout(END_TIMEOUT, end(&engine, &client, &exec)).await {
            Ok(ended) => ended?,
            Err(_) => tracing::warn!(exec, container, "a command that takes too long does not end"),
        }
        return Ok(ExecEnd::TimedOut);
    };
    let output = output?;
    let inspected = engine.answer(client.inspect_exec(&exec).await)?;
    let code = inspected.exit_code.ok_or_else(|| RuntimeError::Refused(asked(HOW_IT_ENDED)))?;
    Ok(ExecEnd::Ended { code, output })
}

/// All that it prints until it ends; of very much only the beginning.
async fn output_of(engine: &Engine, client: &Client, exec: &str) -> Result<String, RuntimeError> {
    let mut text = String::new();
    let StartExecResults::Attached { mut output, .. } = engine.answer(client.start_exec(exec, None).await)? else {
        return Ok(text);
    };
    while let Some(chunk) = engine.answer(output.try_next().await)? {
        if text.len() < LAST_LINE_CHARS {
            text.push_str(&String::from_utf8_lossy(chunk.as_ref()));
        }
    }
    Ok(text.trim_end().to_owned())
}

/// The engine has no call to end a command, but it tells its process, and agent and engine are on one machine:
/// without this a command that hangs would be joined by another at every interval. The process leads a group
/// of its own; what it started goes with it.
pub(super) async fn end(engine: &Engine, client: &Client, exec: &str) -> Result<(), RuntimeError> {
    loop {
        let inspected = engine.answer(client.inspect_exec(exec).await)?;
        if inspected.exit_code.is_some() {
            return Ok(());
        }
        // It has no process yet if the engine was slow to start it.
        if let Some(pid) = inspected.pid.and_then(|pid| i32::try_from(pid).ok()).filter(|pid| *pid > 1) {
            killpg(Pid::from_raw(pid), Signal::SIGKILL)
                .or_else(|err| if err == Errno::ESRCH { Ok(()) } else { Err(err) })
                .map_err(|err| RuntimeError::Refused(format!("cannot end the command: {err}")))?;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
