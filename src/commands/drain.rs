//! `shipctl drain`: empties agents, after a look at what that means.

use super::apply::consent;
use super::{AgentName, Limit, Session, span};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::{Emptying, follow_drain};
use crate::ui::{Ui, whatif_lines};
use ship_core::forecast::{Supposition, WhatIf};
use ship_core::model::AgentId;
use ship_core::protocol::{AgentView, DrainAllRequest};
use std::time::Duration;

/// Move all tasks of agents elsewhere, and give them no new ones
///
/// Shows every move, the least free capacity on the way and what would wait, and asks. Tasks move as in any upgrade:
/// the new one is up before the old one stops, as far as the app's `upgradeStrategy` demands it; what fits nowhere else
/// stays. Of several agents none takes the tasks of another. They are watched until the last container is gone; Ctrl-C
/// ends the watching alone. Asked again, it watches on; an agent that is empty already is left as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The agents: host names or ids
    #[arg(required = true, value_name = "AGENT")]
    agents: Vec<AgentName>,
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
    let mut left: Vec<(&AgentName, AgentView)> = Vec::new();
    for name in &args.agents {
        let agent = session.client.agent(name).await?.agent;
        match agent.drain.is_some_and(|drain| drain.drained.is_some()) {
            true => ui.data(format!("{} is drained already: nothing to do", agent.hostname))?,
            false if left.iter().any(|(_, other)| other.id == agent.id) => {}
            false => left.push((name, agent)),
        }
    }
    let all: Vec<&AgentView> = left.iter().map(|(_, agent)| agent).collect();
    let is_new = |agent: &&AgentView| agent.drain.is_none() || args.deadline.is_some();
    let (new, going): (Vec<&AgentView>, Vec<&AgentView>) = all.iter().copied().partition(is_new);
    if !going.is_empty() {
        ui.say(format!("{} being drained already", hosts_are(&going)));
    }
    if !new.is_empty() {
        begin(args, &new, session, ui).await?;
    }
    let emptying: Vec<Emptying> = left.iter().map(|(name, agent)| Emptying::new(name, agent)).collect();
    if args.detach && !emptying.is_empty() {
        ui.data(format!("{} being drained", hosts_are(&all)))?;
        ui.hints(Emptying::ways_on(&emptying, session));
        return Ok(Exit::Done);
    }
    follow_drain(session, emptying, args.limit.span(), ui).await
}

async fn begin(args: &Args, agents: &[&AgentView], session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id.clone()).collect();
    let hosts = hosts(agents);
    let within_secs = args.deadline.map(|span| span.as_secs());
    let told = session.client.whatif(vec![Supposition::Drain { agents: ids.clone(), within_secs }]).await?;
    ui.data_lines(whatif_lines(&format!("with {hosts} emptied"), &told))?;
    for agent in agents.iter().filter(|agent| agent.state != "up" && agent.drain.is_none()) {
        ui.warn(format!("{} does not answer ({}): it is emptied when it does", agent.hostname, agent.state));
    }
    if !args.yes {
        consent(&question(&told, &hosts), ui)?;
    }
    let agents = ids.iter().map(ToString::to_string).collect();
    session.client.drain(&DrainAllRequest { agents, within_secs }).await?;
    Ok(())
}

/// Of what would wait, a person is asked in so many words.
fn question(told: &WhatIf, hosts: &str) -> String {
    let waiting: u32 = told.waits.iter().map(|wait| wait.tasks - wait.already).sum();
    match (waiting, told.bent.len()) {
        (0, 0) => format!("Drain {hosts}?"),
        (0, _) => format!("Drain {hosts}, though promises would bend?"),
        (1, _) => format!("Drain {hosts}, though 1 task would have nowhere to go?"),
        (tasks, _) => format!("Drain {hosts}, though {tasks} tasks would have nowhere to go?"),
    }
}

fn hosts(agents: &[&AgentView]) -> String {
    agents.iter().map(|agent| agent.hostname.as_str()).collect::<Vec<_>>().join(", ")
}

fn hosts_are(agents: &[&AgentView]) -> String {
    format!("{} {}", hosts(agents), if agents.len() == 1 { "is" } else { "are" })
}
