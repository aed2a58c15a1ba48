//! `shipctl scale`: another number of instances, as a commit like every change.

use super::{AppName, AppNameError, Limit, Session};
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::ui::Ui;
use ship_core::protocol::{CommitRef, Scale};

/// Set how many instances of an app run
///
/// The daemon makes the commit; the rollout is followed to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    app: AppName,
    /// How many; 0 suspends the app
    instances: u32,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let made = by_daemon(args, session).await?;
    match made.deployment {
        Some(deployment) => {
            ui.say(format!("commit {}: {} {}", made.commit.short(), args.app.0, instances(args.instances)));
            follow(&session.client, &deployment, args.limit.span(), ui).await
        }
        None => {
            ui.data(format!("{} already has {}: nothing to do", args.app.0, instances(args.instances)))?;
            Ok(Exit::Done)
        }
    }
}

fn instances(count: u32) -> String {
    if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") }
}

async fn by_daemon(args: &Args, session: &Session) -> Result<CommitRef, Error> {
    let app = &args.app.0;
    let wish = Scale { app: app.clone(), instances: args.instances, author: None };
    match session.client.scale(&wish).await {
        Err(ClientError::NotFound { .. }) => {
            let all = session.client.status(None).await?;
            Err(AppNameError::unknown(app, all.apps.iter().map(|view| &view.id)).into())
        }
        answer => Ok(answer?),
    }
}
