//! A command inside a container that somebody talks to.

use super::engine::{Engine, asked};
use super::exec::{BETWEEN_LOOKS, CALL_TIMEOUT, END_TIMEOUT, HOW_IT_ENDED, end};
use crate::runtime::{Attached, AttachedCommand, ExecWish, Output, RuntimeError, Source, TerminalSize};
use bollard::Docker as Client;
use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, ResizeExecOptions, StartExecOptions, StartExecResults};
use futures_util::{StreamExt, future};
use std::sync::Arc;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(super) async fn attach(engine: Arc<Engine>, container: String, wish: &ExecWish) -> Result<Attached, RuntimeError> {
    let client = engine.client()?.with_timeout(CALL_TIMEOUT);
    let options = CreateExecOptions {
        attach_stdin: Some(wish.stdin),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        tty: Some(wish.tty.is_some()),
        cmd: Some(wish.argv.clone()),
        ..CreateExecOptions::default()
    };
    let exec = engine.answer(client.create_exec(&container, options).await)?.id;
    let command = Command::new(Arc::clone(&engine), client.clone(), exec);
    let options = StartExecOptions { detach: false, tty: wish.tty.is_some(), output_capacity: None };
    let started = engine.answer(client.start_exec(&command.exec, Some(options)).await)?;
    let StartExecResults::Attached { output, input } = started else {
        return Err(RuntimeError::Refused(asked("what the command prints")));
    };
    if let Some(size) = wish.tty {
        // It may have ended already.
        let _ = command.resize(size).await;
    }
    let chunks = output.map(move |chunk| engine.answer(chunk));
    let output = chunks.filter_map(|chunk| future::ready(chunk.map(printed).transpose())).boxed();
    Ok(Attached { output, input, command: Box::new(command) })
}

fn printed(chunk: LogOutput) -> Option<Output> {
    match chunk {
        LogOutput::StdErr { message } => Some(Output { source: Source::Stderr, bytes: message }),
        // With a terminal there is but one stream.
        LogOutput::StdOut { message } | LogOutput::Console { message } => {
            Some(Output { source: Source::Stdout, bytes: message })
        }
        LogOutput::StdIn { .. } => None,
    }
}

struct Command {
    engine: Arc<Engine>,
    client: Client,
    exec: String,
    /// Dropped, it lets the keeper end the process.
    _alive: DropGuard,
}

impl Command {
    fn new(engine: Arc<Engine>, client: Client, exec: String) -> Self {
        let alive = CancellationToken::new();
        tokio::spawn(keep(Arc::clone(&engine), client.clone(), exec.clone(), alive.clone()));
        Self { engine, client, exec, _alive: alive.drop_guard() }
    }
}

/// Sees to it that the process ends when nobody talks to it any more.
async fn keep(engine: Arc<Engine>, client: Client, exec: String, alive: CancellationToken) {
    alive.cancelled().await;
    end_or_warn(&engine, &client, &exec).await;
}

async fn end_or_warn(engine: &Engine, client: &Client, exec: &str) {
    match tokio::time::timeout(END_TIMEOUT, end(engine, client, exec)).await {
        Ok(Ok(())) | Ok(Err(RuntimeError::Missing)) => {}
        Ok(Err(reason)) => tracing::warn!(exec, %reason, "a command that nobody talks to may run on"),
        Err(_) => tracing::warn!(exec, "a command that nobody talks to does not end"),
    }
}

#[async_trait::async_trait]
impl AttachedCommand for Command {
    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError> {
        let options = ResizeExecOptions { height: size.rows, width: size.columns };
        self.engine.answer(self.client.resize_exec(&self.exec, options).await)
    }

    async fn code(&self) -> Result<i64, RuntimeError> {
        let code = code(&self.engine, &self.client, &self.exec);
        tokio::time::timeout(END_TIMEOUT, code)
            .await
            .unwrap_or_else(|_| Err(RuntimeError::Refused(asked(HOW_IT_ENDED))))
    }

    async fn end(&self) {
        end_or_warn(&self.engine, &self.client, &self.exec).await;
    }
}

/// The engine takes note of the end a moment after the output's.
async fn code(engine: &Engine, client: &Client, exec: &str) -> Result<i64, RuntimeError> {
    loop {
        if let Some(code) = engine.answer(client.inspect_exec(exec).await)?.exit_code {
            return Ok(code);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
