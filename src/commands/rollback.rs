//! `shipctl rollback`: apps as they were before, by a commit that the daemon makes.

use super::apply::consent;
use super::{Limit, Session, Subject};
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::ui::Ui;
use ship_core::protocol::Rollback;

/// Go back to what an app, or all apps, were before
///
/// Nothing is rewritten: the daemon adds a commit that takes the files back, and the rollout is followed to
/// its end. `shipctl history` lists what one can go back to, `shipctl plan --ref COMMIT` shows what it would
/// change.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An app, back to before its last change; or a commit, to which all apps go back
    #[arg(value_name = "APP|COMMIT")]
    what: String,
    /// Take the app back to this commit
    #[arg(long, value_name = "COMMIT")]
    to: Option<String>,
    /// Let it delete most of the apps
    #[arg(long)]
    prune: bool,
    /// Do not ask, though it concerns all apps
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    limit: Limit,
}

/// `--to` is for an app.
#[derive(Debug, thiserror::Error)]
#[error("there is no app `{text}` to take back")]
pub(crate) struct NotAnApp {
    text: String,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let wish = wish(args, session).await?;
    if let (None, Some(commit), false) = (&wish.app, &wish.to, args.yes) {
        consent(&format!("Take all apps back to what they were at {commit}?"), ui)?;
    }
    let made = match (session.client.rollback(&wish).await, &wish.app) {
        (Err(ClientError::NotFound { .. }), Some(app)) if wish.to.is_none() => {
            return Err(session.unknown_app(app).await);
        }
        (answer, _) => answer?,
    };
    let Some(deployment) = made.deployment else {
        ui.data("no app changes: nothing to do")?;
        return Ok(Exit::Done);
    };
    ui.say(format!("commit {}: {}", made.commit.short(), message(&wish)));
    if session.place_if_any()?.is_some() {
        ui.hint("the branch has a commit of shipd now: `git pull` before you go on");
    }
    follow(session, &deployment, args.limit.span(), ui).await
}

async fn wish(args: &Args, session: &Session) -> Result<Rollback, Error> {
    let (author, prune) = (session.author()?, args.prune);
    match (Subject::of(&args.what, "rollback", session).await?, &args.to) {
        (Subject::App(app), to) => Ok(Rollback { app: Some(app), to: to.clone(), prune, author }),
        (Subject::Commit(commit), None) => Ok(Rollback { app: None, to: Some(commit), prune, author }),
        (Subject::Commit(_), Some(_)) => Err(NotAnApp { text: args.what.clone() }.into()),
    }
}

fn message(wish: &Rollback) -> String {
    match (&wish.app, &wish.to) {
        (Some(app), Some(commit)) => format!("{app} goes back to {commit}"),
        (Some(app), None) => format!("{app} goes back to before its last change"),
        (None, to) => format!("all apps go back to {}", to.as_deref().unwrap_or("before")),
    }
}
