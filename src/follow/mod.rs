//! Watching a deployment until it ends. The view is only a view: whatever ends it, the rollout goes on.

mod drain;
mod feed;
mod patience;
mod view;

pub(crate) use drain::{Emptying, follow_drain};
pub(crate) use feed::Feed;

use crate::client::Channel;
use crate::commands::Session;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, rollout_line, ways_on};
use patience::Patience;
use ship_core::cluster::Outcome;
use ship_core::model::{DeploymentId, Timestamp};
use std::time::Duration;
use view::{Shown, View};

/// Prints what happens in a deployment, from its beginning; returns by its outcome. One that is taken back is
/// followed until that is done.
pub(crate) async fn follow(
    session: &Session,
    id: &DeploymentId,
    limit: Option<Duration>,
    ui: &mut Ui,
) -> Result<Exit, Error> {
    let end = tokio::select! {
        end = watch(session, id, ui) => end.map(End::Outcome),
        () = passed(limit) => Ok(End::TimeUp),
        _ = tokio::signal::ctrl_c() => Ok(End::Interrupted),
    };
    match end? {
        End::Outcome(outcome) => Ok(conclude(outcome, session, id, ui).await),
        End::TimeUp => {
            ui.data(rollout_line("still running: the wait is over, the rollout goes on"))?;
            ui.hint(watch_on(session, id));
            Ok(Exit::Running)
        }
        End::Interrupted => {
            ui.say("interrupted: the rollout goes on");
            ui.hint(watch_on(session, id));
            Ok(Exit::Interrupted)
        }
    }
}

enum End {
    Outcome(Outcome),
    TimeUp,
    Interrupted,
}

async fn passed(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

fn watch_on(session: &Session, id: &DeploymentId) -> String {
    format!("watch on: {}", session.command(&format!("attach {}", view::short(id))))
}

/// Reads the events, across breaks of the link, until the deployment has ended.
async fn watch(session: &Session, id: &DeploymentId, ui: &mut Ui) -> Result<Outcome, Error> {
    let mut view = View::new(started(session, id, ui).await?);
    let mut feed = Feed::new(&session.client, Channel::Deployment(id.clone()), None);
    loop {
        let (_, event) = feed.next(ui).await?;
        match view.show(&event) {
            Shown::Lines(lines) => ui.data_lines(lines)?,
            Shown::TakenBackBy(commit) => {
                let id = DeploymentId::new(commit.as_str());
                feed = Feed::new(&session.client, Channel::Deployment(id), None);
            }
            Shown::End { lines, outcome } => {
                ui.data_lines(lines)?;
                return Ok(outcome);
            }
        }
    }
}

/// A fresh commit may not be taken over yet.
async fn started(session: &Session, id: &DeploymentId, ui: &mut Ui) -> Result<Timestamp, Error> {
    let mut patience = Patience::default();
    loop {
        match session.client.deployment(id).await {
            Ok(view) => return Ok(view.deployment.started),
            Err(error) => patience.bear(error, ui).await?,
        }
    }
}

/// Says what can be done, and how it ended.
async fn conclude(outcome: Outcome, session: &Session, id: &DeploymentId, ui: &mut Ui) -> Exit {
    match outcome {
        Outcome::Succeeded => {}
        Outcome::Failed | Outcome::Cancelled => {
            // No answer here changes nothing about the outcome.
            if let Ok(view) = session.client.deployment(id).await {
                ui.hints(ways_on(&view.deployment, |rest| session.command(rest)));
            }
            ui.hint("`shipctl status` and `shipctl logs APP` show more");
        }
        Outcome::Reverted => ui.hint("the branch has a commit of shipd now: `git pull` before you go on"),
        Outcome::Superseded | Outcome::Running => {
            ui.hint("`shipctl status` shows how far the newest commit is");
        }
    }
    Exit::of(outcome)
}
