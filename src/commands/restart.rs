//! `shipctl restart`: fresh tasks of the same configuration, as a commit like every change.

use super::change::{self, Change};
use super::{AppName, Limit, Session};
use crate::client::{Client, ClientError};
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::ui::Ui;
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::{CommitRef, Restart};
use ship_repo::edit::{EditError, set_restarted_at};

/// Replace all tasks of an app by fresh ones
///
/// Inside a checkout `restartedAt` in the app's file is set to now and only that file is committed, as you;
/// the commit is pushed to the cluster and taken back if the cluster refuses it. Elsewhere the daemon makes
/// the commit. Tasks are replaced as for any other change; the rollout is followed to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app, such as `web` or `/shop/web`
    app: AppName,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let Some(commit) = change::make(args, session).await? else {
        ui.data(format!("{} was restarted this very moment: nothing to do", args.app.0))?;
        return Ok(Exit::Done);
    };
    ui.say(format!("commit {}: {}", commit.short(), args.message()));
    follow(session, &DeploymentId::new(commit.as_str()), args.limit.span(), ui).await
}

impl Change for Args {
    fn app(&self) -> &AppId {
        &self.app.0
    }

    fn message(&self) -> String {
        format!("restart {}", self.app.0)
    }

    fn edit(&self, text: &str) -> Result<String, EditError> {
        set_restarted_at(text, &clock::now().rfc3339())
    }

    async fn ask(&self, client: &Client, author: Option<String>) -> Result<CommitRef, ClientError> {
        client.restart(&Restart { app: self.app.0.clone(), author }).await
    }
}
