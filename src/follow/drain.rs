//! Watching an agent until it is empty. Its state is asked for again and again: whatever was missed, it tells.

use super::passed;
use super::patience::Patience;
use crate::commands::{AgentName, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, left_line};
use ship_core::protocol::AgentDetail;
use std::time::Duration;

/// An agent that is being emptied.
pub(crate) struct Emptying<'a> {
    /// That no other agent has.
    pub(crate) name: &'a AgentName,
    /// As people call it.
    pub(crate) host: &'a str,
    /// For commands in hints.
    pub(crate) as_asked: &'a AgentName,
}

enum End {
    Drained,
    TakenBack,
    TimeUp,
    Interrupted,
}

impl Emptying<'_> {
    /// What can be done while it goes on.
    pub(crate) fn ways_on(&self, session: &Session) -> [String; 2] {
        let command = |verb: &str| session.command(&format!("{verb} {}", self.as_asked));
        [format!("watch on: {}", command("drain")), format!("take it back: {}", command("undrain"))]
    }
}

/// Prints how many tasks are left whenever that changes, until there are none.
pub(crate) async fn follow_drain(
    session: &Session,
    emptying: &Emptying<'_>,
    limit: Option<Duration>,
    ui: &mut Ui,
) -> Result<Exit, Error> {
    let end = tokio::select! {
        end = watch(session, emptying, ui) => end,
        () = passed(limit) => Ok(End::TimeUp),
        _ = tokio::signal::ctrl_c() => Ok(End::Interrupted),
    };
    let host = emptying.host;
    match end? {
        End::Drained => {
            ui.data(format!("{host} is drained"))?;
            Ok(Exit::Done)
        }
        End::TakenBack => {
            ui.data(format!("{host} takes tasks again: somebody took the drain back"))?;
            Ok(Exit::Failed)
        }
        End::TimeUp => {
            ui.data(format!("{host} is still being drained: the wait is over, the drain goes on"))?;
            ui.hints(emptying.ways_on(session));
            Ok(Exit::Running)
        }
        End::Interrupted => {
            ui.say("interrupted: the drain goes on");
            ui.hints(emptying.ways_on(session));
            Ok(Exit::Interrupted)
        }
    }
}

async fn watch(session: &Session, emptying: &Emptying<'_>, ui: &mut Ui) -> Result<End, Error> {
    let mut patience = Patience::default();
    let mut last = None;
    loop {
        match session.client.agent(emptying.name).await {
            Ok(detail) => {
                patience.restore();
                if let Some(end) = ended(&detail) {
                    return Ok(end);
                }
                let line = left_line(&detail);
                if last.as_ref() != Some(&line) {
                    ui.data(&line)?;
                    last = Some(line);
                }
                patience.rest().await;
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
