//! `shipctl rebalance --plan`: what would stand elsewhere, were everything placed anew.

use super::{Refusal, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, rebalance_lines};

/// Show which tasks would stand elsewhere, were all of them placed anew; moves nothing
///
/// By the present ranking and constraints, the most important apps first, then those with the largest tasks. A task
/// keeps its agent wherever an equally good place lets it. Apps that wait for their agent, and those that run on every
/// agent, stay.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Show it; there is nothing that does it
    #[arg(long)]
    plan: bool,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    if !args.plan {
        return Err(Refusal::OnlyShown { command: session.command("rebalance --plan") }.into());
    }
    let told = session.client.rebalance().await?;
    match args.format {
        Format::Human => {
            ui.data_lines(rebalance_lines(&told))?;
            if let Some(first) = told.moves.first() {
                let command = session.command(&format!("restart {}", first.app));
                ui.hint(format!("nothing moves by itself; to have one app placed anew: {command}"));
            }
        }
        Format::Json => ui.document("shipctl.rebalance", &told)?,
    }
    Ok(Exit::Done)
}
