//! `shipctl agent show`: one machine and all that stands on it.

use super::{AgentName, Session};
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, agent_lines};

/// Show one agent
#[derive(Debug, clap::Args)]
#[command(subcommand_value_name = "VERB", subcommand_help_heading = "Verbs")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show what an agent has, what it says of itself, and each task on it
    Show {
        /// The agent: its host name or its id
        name: AgentName,
        /// For whom to print
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: Format,
    },
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let Verb::Show { name, format } = &args.verb;
    let detail = session.client.agent(name).await?;
    match format {
        Format::Human => ui.data_lines(agent_lines(&detail, clock::now()))?,
        Format::Json => ui.document("shipctl.agent", &detail)?,
    }
    Ok(Exit::Done)
}
