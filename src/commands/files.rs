//! `shipctl files`: what a task left in its sandbox.

use super::Session;
use super::task_choice::TaskChoice;
use crate::client::FilePiece;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, PassOn, Ui, file_table};
use ship_core::model::TaskId;
use ship_core::protocol::FileKind;

/// List a task's sandbox, or print a file of it
///
/// The sandbox is the folder that tasks find at $MESOS_SANDBOX. It goes with the task's container.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    choice: TaskChoice,
    /// From the sandbox on; a folder is listed, a file printed
    #[arg(default_value = "/")]
    path: String,
    /// Of a file, begin behind so many bytes
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    offset: u64,
    /// Of a file, print so many bytes at most
    #[arg(long, value_name = "BYTES")]
    length: Option<u64>,
    /// For whom to print a list
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let task = args.choice.make(session, ui).await?;
    let listing = session.client.files(&task, &args.path).await?;
    if listing.entry.kind == FileKind::File {
        return tokio::select! {
            end = print(args, &task, session) => end,
            _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
        };
    }
    match args.format {
        Format::Human => ui.data_lines(file_table(&listing, clock::now()))?,
        Format::Json => ui.document("shipctl.files", &listing)?,
    }
    if listing.truncated {
        ui.warn(format!("there is more in `{}` than can be listed", args.path));
    }
    Ok(Exit::Done)
}

async fn print(args: &Args, task: &TaskId, session: &Session) -> Result<Exit, Error> {
    let piece = FilePiece { path: &args.path, offset: args.offset, length: args.length };
    let mut content = session.client.file(task, &piece).await?;
    let screen = PassOn::begin();
    while let Some(bytes) = content.next().await? {
        if !screen.out(bytes).await {
            break;
        }
    }
    screen.finish().await?;
    Ok(Exit::Done)
}
