//! `shipctl resume`: goes on with changes that were given up.

use super::{DeploymentName, Session, Subject};
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::Ui;
use ship_core::model::AppId;
use ship_core::protocol::Resume;

/// Go on with a change that was held, cancelled, or could not be taken back
///
/// The same commit is tried again: nothing is committed.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app, or the deployment (at least four digits of its id) of which all apps go on
    #[arg(value_name = "APP|ID")]
    what: String,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let wish = wish(&args.what, session).await?;
    let resumed = match (session.client.resume(&wish).await, &wish.app) {
        (Err(ClientError::NotFound { .. }), Some(app)) => return Err(session.unknown_app(app).await),
        (answer, _) => answer?,
    };
    if resumed.apps.is_empty() {
        ui.data(format!("nothing of {} was given up: nothing to do", args.what))?;
        return Ok(Exit::Done);
    }
    ui.data_lines(resumed.apps.iter().map(|app| format!("{app} goes on")))?;
    ui.next(session.command(&match &wish.deployment {
        Some(id) => format!("attach {id}"),
        None => format!("status {}", resumed.apps[0]),
    }));
    Ok(Exit::Done)
}

async fn wish(what: &str, session: &Session) -> Result<Resume, Error> {
    match Subject::of(what, "resume", session).await? {
        Subject::App(app) => Ok(Resume { app: Some(app), deployment: None }),
        Subject::Commit(text) => match (text.parse::<DeploymentName>(), AppId::parse(&text)) {
            (Ok(name), _) => Ok(Resume { app: None, deployment: Some(name.0) }),
            (Err(_), Ok(app)) => Err(session.unknown_app(&app).await),
            (Err(refused), Err(_)) => Err(refused.into()),
        },
    }
}
