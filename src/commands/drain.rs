//! `shipctl drain`: empties an agent, after a look at what that means.

use super::apply::consent;
use super::{AgentName, Limit, Session, span};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::{Emptying, follow_drain};
use crate::ui::{Ui, whatif_lines};
use ship_core::forecast::{Supposition, WhatIf};
use ship_core::model::AgentId;
use ship_core::protocol::{AgentDetail, DrainRequest};
use std::time::Duration;

/// Move all tasks of an agent elsewhere, and give it no new ones
///
/// Shows every move, the least free capacity on the way and what would wait, and asks. Tasks move as in any upgrade:
/// the new one is up before the old one stops, as far as the app's `upgradeStrategy` demands it; what fits nowhere else
/// stays. Then it is watched until the last container is gone; Ctrl-C ends the watching alone. Asked again, it watches
/// on; an agent that is empty already is left as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The agent: its host name or its id
    agent: AgentName,
    /// Stop what is left after this long (`90s`, `10m`, `1h`), whatever its app was promised
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    deadline: Option<Duration>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Do not watch
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let detail = session.client.agent(&args.agent).await?;
    let host = &detail.agent.hostname;
    if detail.agent.drain.is_some_and(|drain| drain.drained.is_some()) {
        ui.data(format!("{host} is drained already: nothing to do"))?;
        return Ok(Exit::Done);
    }
    match detail.agent.drain.is_some() && args.deadline.is_none() {
        true => ui.say(format!("{host} is being drained already")),
        false => begin(args, &detail, session, ui).await?,
    }
    let name = by_id(&detail.agent.id);
    let emptying = Emptying { name: &name, host, as_asked: &args.agent };
    if args.detach {
        ui.data(format!("{host} is being drained"))?;
        ui.hints(emptying.ways_on(session));
        return Ok(Exit::Done);
    }
    follow_drain(session, &emptying, args.limit.span(), ui).await
}

async fn begin(args: &Args, detail: &AgentDetail, session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let agent = &detail.agent;
    let within_secs = args.deadline.map(|span| span.as_secs());
    let told = session.client.whatif(vec![Supposition::Drain { agents: vec![agent.id.clone()], within_secs }]).await?;
    ui.data_lines(whatif_lines(&format!("with {} emptied", agent.hostname), &told))?;
    if agent.state != "up" && agent.drain.is_none() {
        ui.warn(format!("{} does not answer ({}): it is emptied when it does", agent.hostname, agent.state));
    }
    if !args.yes {
        consent(&question(&told, &agent.hostname), ui)?;
    }
    session.client.drain(&by_id(&agent.id), &DrainRequest { within_secs }).await?;
    Ok(())
}

/// Of what would wait, a person is asked in so many words.
fn question(told: &WhatIf, host: &str) -> String {
    let waiting: u32 = told.waits.iter().map(|wait| wait.tasks - wait.already).sum();
    match (waiting, told.bent.len()) {
        (0, 0) => format!("Drain {host}?"),
        (0, _) => format!("Drain {host}, though promises would bend?"),
        (1, _) => format!("Drain {host}, though 1 task would have nowhere to go?"),
        (tasks, _) => format!("Drain {host}, though {tasks} tasks would have nowhere to go?"),
    }
}

/// Host names may be shared; ids are not.
pub(super) fn by_id(id: &AgentId) -> AgentName {
    AgentName(id.to_string())
}
