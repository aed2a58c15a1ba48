//! Answers one request for a command in a task's container: a call of its own, whose flow control reaches from the
//! reader to the process. The command lives as long as the call.

use super::inbox::Handle;
use super::link::Client;
use super::tasks::Standing;
use crate::runtime::{Attached, AttachedCommand, ExecWish, Output, Runtime, RuntimeError, Source, TerminalSize};
use crate::wire;
use crate::wire::agents::exec_order::Order;
use crate::wire::agents::exec_word::Word;
use crate::wire::agents::refusal::Kind;
use crate::wire::agents::{ExecBegun, ExecOrder, ExecWanted, ExecWord, Refusal};
use futures_util::{FutureExt, StreamExt};
use ship_core::model::TaskId;
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Streaming;

/// So many run at once on an agent. They are people's; machines have health checks.
pub(super) const AT_ONCE_MAX: usize = 32;

/// Words on their way to the master; the engine's chunks have some 32 KiB at most.
const READ_AHEAD: usize = 4;

/// Without a `turn` there are too many already.
pub(super) async fn answer(
    mut client: Client,
    executor: Handle,
    runtime: Arc<dyn Runtime>,
    turn: Option<OwnedSemaphorePermit>,
    wanted: ExecWanted,
    shutdown: CancellationToken,
) {
    let (request, task) = (wanted.request, wanted.task.clone());
    let (words, outbox) = mpsc::channel(READ_AHEAD);
    let attached = match turn {
        Some(turn) => open(&executor, &*runtime, wanted).await.map(|attached| (attached, turn)),
        None => Err(too_many()),
    };
    let (attached, refusal) = match attached {
        Ok(attached) => (Some(attached), None),
        Err(refusal) => (None, Some(refusal)),
    };
    // There is room: it is the first word.
    let _ = words.try_send(word(Word::Begun(ExecBegun { request, refusal })));
    // Boxed, or the compiler loses sight of the call being `Send`.
    let call = client.exec(ReceiverStream::new(outbox)).boxed();
    match (call.await, attached) {
        (Ok(orders), Some((attached, turn))) => {
            let mut orders = orders.into_inner();
            serve(attached, &words, &mut orders, &shutdown).await;
            drop((words, turn));
            // The last words are still on their way: who hangs up first loses them.
            let heard = async { while let Ok(Some(_)) = orders.message().await {} };
            shutdown.run_until_cancelled(heard).await;
        }
        (Ok(_), None) => {}
        (Err(status), _) => tracing::debug!(task, reason = status.message(), "nobody waits for a command"),
    }
}

async fn open(executor: &Handle, runtime: &dyn Runtime, wanted: ExecWanted) -> Result<Attached, Refusal> {
    let task = TaskId::new(wanted.task);
    // Names of containers are the engine's; only tasks of this agent may be entered.
    match executor.standing(task.clone()).await {
        None | Some(Standing::Unknown) => {
            return Err(wire::unknown_task(&task));
        }
        Some(Standing::Idle) => return Err(idle(&task)),
        Some(Standing::Running) => {}
    }
    let ExecWanted { container, argv, tty, stdin, .. } = wanted;
    let wish = ExecWish { container, argv, tty: tty.map(cells), stdin };
    runtime.attach(&task, &wish).await.map_err(|err| match err {
        RuntimeError::Missing => idle(&task),
        RuntimeError::Refused(_) | RuntimeError::NoImage(_) | RuntimeError::Unavailable(_) => {
            wire::refusal(Kind::Failed, err.to_string())
        }
    })
}

fn idle(task: &TaskId) -> Refusal {
    wire::refusal(Kind::NotRunning, format!("task `{task}` does not run now"))
}

fn too_many() -> Refusal {
    wire::refusal(Kind::TooMany, format!("{AT_ONCE_MAX} commands run in tasks of this agent already"))
}

fn cells(size: wire::agents::TerminalSize) -> TerminalSize {
    let count = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
    TerminalSize { columns: count(size.columns), rows: count(size.rows) }
}

fn word(word: Word) -> ExecWord {
    ExecWord { word: Some(word) }
}

/// Until the command ends, or nobody is there any more; then it is ended.
async fn serve(
    attached: Attached,
    words: &mpsc::Sender<ExecWord>,
    orders: &mut Streaming<ExecOrder>,
    shutdown: &CancellationToken,
) {
    let Attached { mut output, input, command } = attached;
    let telling = async {
        let last = loop {
            match output.next().await {
                Some(Ok(output)) => words.send(printed(output)).await.ok()?,
                Some(Err(err)) => break Word::Failed(err.to_string()),
                None => break command.code().await.map_or_else(|err| Word::Failed(err.to_string()), Word::Exit),
            }
        };
        words.send(word(last)).await.ok()
    };
    tokio::select! {
        Some(()) = telling => return,
        () = obey(&*command, input, orders) => {}
        // Also where the process reads nothing, and so no further order is heard.
        () = words.closed() => {}
        () = shutdown.cancelled() => {}
    }
    command.end().await;
}

fn printed(output: Output) -> ExecWord {
    let bytes = output.bytes.into();
    word(match output.source {
        Source::Stdout => Word::Stdout(bytes),
        Source::Stderr => Word::Stderr(bytes),
    })
}

/// Until the other side is gone.
async fn obey(
    command: &dyn AttachedCommand,
    input: Pin<Box<dyn AsyncWrite + Send>>,
    orders: &mut Streaming<ExecOrder>,
) {
    // `None` once it is closed, by either side: a process may end before its input does.
    let mut input = Some(input);
    while let Ok(Some(order)) = orders.message().await {
        match order.order {
            Some(Order::Stdin(bytes)) => {
                if let Some(pipe) = &mut input
                    && give(pipe, &bytes).await.is_err()
                {
                    input = None;
                }
            }
            Some(Order::InputEnd(_)) => {
                if let Some(mut pipe) = input.take() {
                    let _ = pipe.shutdown().await;
                }
            }
            Some(Order::Resize(size)) => {
                if let Err(reason) = command.resize(cells(size)).await {
                    tracing::debug!(%reason, "cannot resize a terminal");
                }
            }
            None => tracing::debug!("an order that this version does not know is not obeyed"),
        }
    }
}

async fn give(pipe: &mut Pin<Box<dyn AsyncWrite + Send>>, bytes: &[u8]) -> std::io::Result<()> {
    pipe.write_all(bytes).await?;
    pipe.flush().await
}
