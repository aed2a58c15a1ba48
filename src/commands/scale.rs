//! `shipctl scale`: another number of instances, as a commit like every change.

use super::change::{self, Change};
use super::{AppName, Limit, Session};
use crate::client::{Client, ClientError};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::ui::Ui;
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::{CommitRef, Scale};
use ship_repo::edit::{EditError, set_instances};

/// Set how many instances of an app run
///
/// Inside a checkout only the number in the app's file is edited and only that file is committed, as you;
/// the commit is pushed to the cluster and taken back if the cluster refuses it. Elsewhere the daemon makes
/// the commit. The rollout is followed to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app, such as `web` or `/shop/web`
    app: AppName,
    /// How many; 0 suspends the app
    instances: u32,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let Some(commit) = change::make(args, session).await? else {
        ui.data(format!("{} is at {} already: nothing to do", args.app.0, args.instances))?;
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
        format!("scale {} to {}", self.app.0, self.instances)
    }

    fn edit(&self, text: &str) -> Result<String, EditError> {
        set_instances(text, self.instances)
    }

    async fn ask(&self, client: &Client, author: Option<String>) -> Result<CommitRef, ClientError> {
        client.scale(&Scale { app: self.app.0.clone(), instances: self.instances, author }).await
    }
}
