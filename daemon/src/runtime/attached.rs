//! A command in a task's container that somebody talks to while it runs.

use super::{RuntimeError, Source};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use std::pin::Pin;
use tokio::io::AsyncWrite;

/// What to run, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecWish {
    /// In which container of a pod; `None` = in the first, or in an app's only one.
    pub container: Option<String>,
    /// The program and its arguments; no shell is put in between.
    pub argv: Vec<String>,
    /// Its own terminal, of this size at first.
    pub tty: Option<TerminalSize>,
    /// Whether it is given any input; without, it reads an end at once.
    pub stdin: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSize {
    pub columns: u16,
    pub rows: u16,
}

/// A command that runs.
pub struct Attached {
    /// What it prints, until it ends. It waits where this is not read.
    pub output: BoxStream<'static, Result<Output, RuntimeError>>,
    /// What it reads; shutting this down is the end of its input.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    /// Dropped, it ends the command as [`AttachedCommand::end`] does, only later.
    pub command: Box<dyn AttachedCommand>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// With a terminal all is [`Source::Stdout`].
    pub source: Source,
    pub bytes: Bytes,
}

#[async_trait::async_trait]
pub trait AttachedCommand: Send + Sync {
    /// Of its terminal, if it has one.
    async fn resize(&self, size: TerminalSize) -> Result<(), RuntimeError>;

    /// How it ended: the code of its process, or 128 and the signal. To be asked once its output ended.
    async fn code(&self) -> Result<i64, RuntimeError>;

    /// Ends it with all that it started; returns once it has ended.
    async fn end(&self);
}
