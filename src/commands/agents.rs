//! `shipctl agents`: the machines and what they have left.

use super::Session;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, agent_table};
use serde::Serialize;
use ship_core::protocol::AgentView;

/// List the agents: what each has, what of it is used, and its state
///
/// Agents that are away are listed too. CPUS, MEM and the other amounts read `used/all`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Serialize)]
struct List<'a> {
    agents: &'a [AgentView],
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let agents = session.client.agents().await?;
    match args.format {
        Format::Json => ui.document("shipctl.agents", &List { agents: &agents })?,
        Format::Human if agents.is_empty() => ui.say("no agent has joined: start one with `shipd agent`"),
        Format::Human => ui.data_lines(agent_table(&agents))?,
    }
    Ok(Exit::Done)
}
