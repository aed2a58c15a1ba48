//! Watching agents until they are empty. Their state is asked for again and again: whatever was missed, it tells.

use super::passed;
use super::patience::Patience;
use crate::commands::{AgentName, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, left_line};
use ship_core::protocol::{AgentDetail, AgentView};
use std::time::Duration;

/// An agent that is being emptied, for as long as it is watched.
pub(crate) struct Emptying {
    /// Its id: no other agent has it.
    name: AgentName,
    host: String,
    /// For commands in hints.
    as_asked: AgentName,
    /// What was told of it last.
    told: Option<String>,
}

enum End {
    Drained,
    TakenBack,
}

impl Emptying {
    pub(crate) fn new(as_asked: &AgentName, agent: &AgentView) -> Self {
        let name = AgentName(agent.id.to_string());
        Self { name, host: agent.hostname.clone(), as_asked: as_asked.clone(), told: None }
    }

    /// What can be done while it goes on.
    pub(crate) fn ways_on(all: &[Self], session: &Session) -> Vec<String> {
        let names: Vec<String> = all.iter().map(|one| one.as_asked.to_string()).collect();
        let watch = session.command(&format!("drain {}", names.join(" ")));
        let back = names.iter().map(|name| session.command(&format!("undrain {name}")));
        [format!("watch on: {watch}")].into_iter().chain(back.map(|undo| format!("take it back: {undo}"))).collect()
    }

    /// Nothing twice.
    fn tell(&mut self, line: String, ui: &mut Ui) -> Result<(), Error> {
        if self.told.as_ref() != Some(&line) {
            ui.data(&line)?;
            self.told = Some(line);
        }
        Ok(())
    }
}

/// Prints how many tasks are left on each whenever that changes, until there are none.
pub(crate) async fn follow_drain(
    session: &Session,
    mut left: Vec<Emptying>,
    limit: Option<Duration>,
    ui: &mut Ui,
) -> Result<Exit, Error> {
    let end = tokio::select! {
        end = watch(session, &mut left, ui) => Some(end?),
        () = passed(limit) => {
            ui.data("still being drained: the wait is over, the drain goes on")?;
            Some(Exit::Running)
        }
        _ = tokio::signal::ctrl_c() => None,
    };
    if end.is_none() {
        ui.say("interrupted: the drain goes on");
    }
    if !left.is_empty() {
        ui.hints(Emptying::ways_on(&left, session));
    }
    Ok(end.unwrap_or(Exit::Interrupted))
}

/// Each that has come to its end is left out from then on.
async fn watch(session: &Session, left: &mut Vec<Emptying>, ui: &mut Ui) -> Result<Exit, Error> {
    let (mut patience, mut exit) = (Patience::default(), Exit::Done);
    while !left.is_empty() {
        let mut at = 0;
        while at < left.len() {
            match look(&mut left[at], session, &mut patience, ui).await? {
                None => at += 1,
                Some(End::Drained) => drop(left.remove(at)),
                Some(End::TakenBack) => {
                    left.remove(at);
                    exit = Exit::Failed;
                }
            }
        }
        if !left.is_empty() {
            patience.rest().await;
        }
    }
    Ok(exit)
}

/// Tells how it stands with one of them.
async fn look(
    one: &mut Emptying,
    session: &Session,
    patience: &mut Patience,
    ui: &mut Ui,
) -> Result<Option<End>, Error> {
    let detail = state(one, session, patience, ui).await?;
    let end = ended(&detail);
    match end {
        Some(End::Drained) => ui.data(format!("{} is drained", one.host))?,
        Some(End::TakenBack) => ui.data(format!("{} takes tasks again: somebody took the drain back", one.host))?,
        None => one.tell(left_line(&detail), ui)?,
    }
    Ok(end)
}

async fn state(one: &Emptying, session: &Session, patience: &mut Patience, ui: &mut Ui) -> Result<AgentDetail, Error> {
    loop {
        match session.client.agent(&one.name).await {
            Ok(detail) => {
                patience.restore();
                return Ok(detail);
            }
            Err(error) => patience.bear(error, ui).await?,
        }
    }
}

fn ended(detail: &AgentDetail) -> Option<End> {
    match detail.agent.drain {
        None => Some(End::TakenBack),
        Some(drain) => drain.drained.map(|_| End::Drained),
    }
}
