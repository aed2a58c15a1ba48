//! `shipctl exec`: a command in a task's container.

use super::Session;
use super::task_choice::TaskChoice;
use crate::client::{ExecInput, ExecOutput, ExecSaid, ExecWish};
use crate::error::Error;
use crate::exit::Exit;
use crate::terminal::{self, Raw};
use crate::ui::{PassOn, Ui};
use ship_core::protocol::exec::{ExecControl, ExecEnd};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// A terminal whose size nobody tells.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// Run a command in a task's container
///
/// Exits as the command does. A terminal (-t) is for people: scripts leave it out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    choice: TaskChoice,
    /// Which container of a pod [default: the first]
    #[arg(short, long, value_name = "NAME")]
    container: Option<String>,
    /// Give it what arrives on stdin
    #[arg(short, long)]
    interactive: bool,
    /// Give it a terminal
    #[arg(short, long)]
    tty: bool,
    /// The program and its arguments; no shell is put in between
    #[arg(last = true, required = true, value_name = "COMMAND")]
    argv: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
#[error("-t wants keys from a terminal, and the input is none")]
pub(crate) struct NoTerminal;

impl NoTerminal {
    #[must_use]
    pub(crate) fn hint(&self) -> String {
        "leave -t out to pipe something into the command".to_owned()
    }
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    if args.interactive && args.tty && !terminal::is_input_terminal() {
        return Err(NoTerminal.into());
    }
    let task = args.choice.make(session, ui).await?;
    let tty = args.tty.then(|| terminal::size().unwrap_or(USUAL_SIZE));
    let wish = ExecWish { container: args.container.as_deref(), argv: &args.argv, tty, stdin: args.interactive };
    let (input, output) = session.client.exec(&task, &wish).await?;
    // Dropped before anything is printed: lines of ours would run down the screen as stairs.
    let _raw = match args.interactive && args.tty {
        true => Some(Raw::begin()?),
        false => None,
    };
    let mut ends = Ends::listen()?;
    tokio::select! {
        end = pass_on(output) => end,
        never = give(args, input) => match never {},
        exit = ends.next() => Ok(exit),
    }
}

/// Until the command's end, or until nobody reads what it prints.
async fn pass_on(mut output: ExecOutput) -> Result<Exit, Error> {
    let screen = PassOn::begin();
    loop {
        let is_read = match output.next().await? {
            ExecSaid::Stdout(bytes) => screen.out(bytes).await,
            ExecSaid::Stderr(bytes) => screen.err(bytes).await,
            ExecSaid::End(end) => {
                screen.finish().await?;
                return match end {
                    ExecEnd::Exit(code) => Ok(Exit::of_command(code)),
                    ExecEnd::Error(reason) => Err(Error::Command(reason)),
                };
            }
        };
        if !is_read {
            screen.finish().await?;
            return Ok(Exit::Done);
        }
    }
}

enum Never {}

/// Keys and the size of the terminal, for as long as the command runs.
async fn give(args: &Args, mut link: ExecInput) -> Never {
    let mut keys = args.interactive.then(terminal::input);
    let mut resized = if args.tty { signal(SignalKind::window_change()).ok() } else { None };
    loop {
        tokio::select! {
            chunk = next(&mut keys), if keys.is_some() => match chunk {
                Some(bytes) => link.give(&bytes).await,
                None => {
                    keys = None;
                    link.control(ExecControl::Eof {}).await;
                }
            },
            Some(()) = change(&mut resized) => {
                if let Some((columns, rows)) = terminal::size() {
                    link.control(ExecControl::Resize { columns, rows }).await;
                }
            }
            else => std::future::pending().await,
        }
    }
}

async fn next(keys: &mut Option<mpsc::Receiver<Vec<u8>>>) -> Option<Vec<u8>> {
    keys.as_mut()?.recv().await
}

async fn change(resized: &mut Option<Signal>) -> Option<()> {
    resized.as_mut()?.recv().await
}

/// What ends `shipctl` from outside; the terminal is put in order first.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Ends {
    fn listen() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(Error::Runtime);
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
        Exit::Interrupted
    }
}
