//! `shipctl undrain`: gives an agent tasks again.

use super::{AgentName, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, whatif_lines};
use ship_core::forecast::Supposition;

/// Let an agent that is being drained, or is drained, take tasks again
///
/// Tasks that moved away stay where they are; what found no place may start at once, and is shown first. An agent that
/// is not being drained is left as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The agent: its host name or its id
    agent: AgentName,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let agent = session.client.agent(&args.agent).await?.agent;
    let host = &agent.hostname;
    if agent.drain.is_none() {
        ui.data(format!("{host} is not being drained: nothing to do"))?;
        return Ok(Exit::Done);
    }
    let told = session.client.whatif(vec![Supposition::Undrain { agents: vec![agent.id.clone()] }]).await?;
    ui.data_lines(whatif_lines(&format!("with {host} taking tasks again"), &told))?;
    // Host names may be shared; ids are not.
    session.client.undrain(&AgentName(agent.id.to_string())).await?;
    ui.data(format!("{host} takes tasks again"))?;
    ui.hint("what moved away stays where it is: nothing moves back by itself");
    Ok(Exit::Done)
}
