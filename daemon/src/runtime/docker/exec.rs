//! A command inside a container, for as long as it may take.

use super::LAST_LINE_CHARS;
use super::engine::{Engine, asked};
use crate::runtime::{ExecEnd, RuntimeError};
use bollard::Docker as Client;
use bollard::exec::{CreateExecOptions, StartExecResults};
use futures_util::TryStreamExt;
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::time::Duration;

/// The end of a command is awaited for five seconds: an engine that is that slow has other troubles.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Runs `argv` in the container; ends it if it takes longer than `timeout`.
pub(super) async fn run(
    engine: &Engine,
    client: &Client,
    container: &str,
    argv: &[String],
    timeout: Duration,
) -> Result<ExecEnd, RuntimeError> {
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(argv.to_vec()),
        ..CreateExecOptions::default()
    };
    let exec = engine.answer(client.create_exec(container, options).await)?.id;
    let Ok(output) = tokio::time::timeout(timeout, output_of(engine, client, &exec)).await else {
        end(engine, client, &exec).await?;
        return Ok(ExecEnd::TimedOut);
    };
    let output = output?;
    let inspected = engine.answer(client.inspect_exec(&exec).await)?;
    let code = inspected.exit_code.ok_or_else(|| RuntimeError::Refused(asked("how the command ended")))?;
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
/// without this a command that hangs would be joined by another at every interval. What it started itself
/// belongs to the container and ends with that.
async fn end(engine: &Engine, client: &Client, exec: &str) -> Result<(), RuntimeError> {
    for _ in 0..LOOKS {
        let inspected = engine.answer(client.inspect_exec(exec).await)?;
        if inspected.exit_code.is_some() {
            return Ok(());
        }
        // It has no process yet if the engine was slow to start it.
        if let Some(pid) = inspected.pid.and_then(|pid| i32::try_from(pid).ok()).filter(|pid| *pid > 1) {
            kill(Pid::from_raw(pid), Signal::SIGKILL)
                .or_else(|err| if err == Errno::ESRCH { Ok(()) } else { Err(err) })
                .map_err(|err| RuntimeError::Refused(format!("cannot end the command, which takes too long: {err}")))?;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    tracing::warn!(exec, "a command that takes too long does not end");
    Ok(())
}
