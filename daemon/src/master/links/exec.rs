//! Commands in tasks' containers: the master asks over the link, the agent answers with a call of its own. The command
//! is ended when the asker lets go of it, when the call breaks, or when nobody takes in what it prints.

use super::pending::{ANSWER_TIMEOUT, Pending};
use super::registry::{CannotAsk, Registry};
use crate::runtime::{ExecWish, TerminalSize};
use crate::wire::agents;
use crate::wire::agents::exec_order::Order;
use crate::wire::agents::exec_word::Word;
use crate::wire::agents::{Ability, ExecOrder, ExecWanted, ExecWord, InputEnd, Refusal, to_agent::Message};
use ship_core::model::{AgentId, TaskId};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Status, Streaming};

/// Who gives no sign of life for so long is gone, and their command with them. HTTP hangs up earlier on clients that take
/// nothing of what there is.
pub const UNREAD_MAX: Duration = Duration::from_secs(300);

/// Chunks on their way, in either direction; none has more than some 32 KiB.
const READ_AHEAD: usize = 4;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExecError {
    #[error(transparent)]
    CannotAsk(#[from] CannotAsk),
    #[error("agent `{0}` did not answer within {secs} s", secs = ANSWER_TIMEOUT.as_secs())]
    Unanswered(AgentId),
    /// In the agent's words.
    #[error("{}", .0.reason)]
    Refused(Refusal),
}

/// A command that runs; dropped, it is ended.
pub struct Exec {
    pub input: Input,
    /// It waits where this is not read. The last word is [`ExecSaid::Exit`] or [`ExecSaid::Failed`]; without one, the
    /// link to its agent broke.
    pub output: mpsc::Receiver<ExecSaid>,
}

/// The way to the command, at the pace at which it reads.
pub struct Input(mpsc::Sender<Order>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecSaid {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    /// How it ended: the code of its process, or 128 and the signal.
    Exit(i64),
    /// Why nobody can tell how it ended.
    Failed(String),
}

impl Input {
    pub async fn give(&self, bytes: Vec<u8>) {
        self.say(Order::Stdin(bytes)).await;
    }

    /// It will be given nothing more.
    pub async fn end(&self) {
        self.say(Order::InputEnd(InputEnd {})).await;
    }

    pub async fn resize(&self, size: TerminalSize) {
        self.say(Order::Resize(on_the_wire(size))).await;
    }

    /// Into the void when it has ended.
    async fn say(&self, order: Order) {
        let _ = self.0.send(order).await;
    }
}

#[derive(Default)]
pub(super) struct Requests(Pending<Result<Exec, Refusal>>);

pub(super) type Orders = BoxStream<ExecOrder>;

impl Requests {
    pub(super) async fn ask(
        &self,
        registry: &Registry,
        agent: &AgentId,
        task: &TaskId,
        wish: ExecWish,
    ) -> Result<Exec, ExecError> {
        let asked = self.0.ask();
        let ExecWish { container, argv, tty, stdin } = wish;
        let wanted = ExecWanted {
            request: asked.number,
            task: task.to_string(),
            argv,
            tty: tty.map(on_the_wire),
            stdin,
            container,
        };
        registry.ask(agent, Ability::Exec, Message::Exec(wanted))?;
        let answer = asked.answer().await.ok_or_else(|| ExecError::Unanswered(agent.clone()))?;
        answer.map_err(ExecError::Refused)
    }

    /// Joins an agent's call with whoever asked.
    pub(super) async fn answer(
        &self,
        mut words: Streaming<ExecWord>,
        shutdown: CancellationToken,
    ) -> Result<Orders, Status> {
        let first = words.message().await?.and_then(|first| first.word);
        let Some(Word::Begun(begun)) = first else {
            return Err(Status::invalid_argument("a command begins with its request"));
        };
        let gone = || Status::cancelled("nobody waits for this command (any more)");
        let answer = self.0.take(begun.request).ok_or_else(gone)?;
        if let Some(refusal) = begun.refusal {
            let _ = answer.send(Err(refusal));
            return Ok(Box::pin(tokio_stream::empty()));
        }
        let (said, output) = mpsc::channel(READ_AHEAD);
        let (input, orders) = mpsc::channel(READ_AHEAD);
        answer.send(Ok(Exec { input: Input(input), output })).map_err(|_| gone())?;
        let over = CancellationToken::new();
        tokio::spawn(pump(words, said, shutdown, over.clone()));
        // Ends with the asker's interest, or with the command.
        let orders = ReceiverStream::new(orders).map(|order| Ok(ExecOrder { order: Some(order) }));
        Ok(Box::pin(futures_util::StreamExt::take_until(orders, over.cancelled_owned())))
    }
}

/// Until the command's last word, or until nobody hears it.
async fn pump(
    mut words: Streaming<ExecWord>,
    said: mpsc::Sender<ExecSaid>,
    shutdown: CancellationToken,
    over: CancellationToken,
) {
    let _over = over.drop_guard();
    loop {
        let word = tokio::select! {
            word = words.message() => word,
            () = said.closed() => return,
            () = shutdown.cancelled() => return,
        };
        let Ok(Some(ExecWord { word })) = word else { return };
        let Some(word) = word.and_then(heard) else { continue };
        let is_last = matches!(word, ExecSaid::Exit(_) | ExecSaid::Failed(_));
        if !matches!(said.send_timeout(word, UNREAD_MAX).await, Ok(())) || is_last {
            return;
        }
    }
}

fn heard(word: Word) -> Option<ExecSaid> {
    match word {
        Word::Begun(_) => None,
        Word::Stdout(bytes) => Some(ExecSaid::Stdout(bytes)),
        Word::Stderr(bytes) => Some(ExecSaid::Stderr(bytes)),
        Word::Exit(code) => Some(ExecSaid::Exit(code)),
        Word::Failed(reason) => Some(ExecSaid::Failed(reason)),
    }
}

fn on_the_wire(size: TerminalSize) -> agents::TerminalSize {
    agents::TerminalSize { columns: size.columns.into(), rows: size.rows.into() }
}
