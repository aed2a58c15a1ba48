//! `shipctl attach`: watches a deployment, whoever began it.

use super::{DeploymentName, Limit, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::ui::Ui;

/// Watch a deployment from its beginning to its end
///
/// What has happened already comes first, then what happens. A deployment that is taken back is watched until
/// that is done. Exit codes: 0 succeeded, 4 failed, reverted or cancelled, 5 a newer commit took over.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment: at least four digits of its id
    id: DeploymentName,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let deployment = session.client.deployment(&args.id.0).await?.deployment;
    ui.say(format!("commit {}: {}", deployment.commit.id.short(), deployment.commit.subject));
    follow(session, &deployment.id, args.limit.span(), ui).await
}
