//! `shipctl cancel`: ends a deployment where it stands.

use super::{DeploymentName, Session};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, ways_on};
use ship_core::protocol::Cancel;

/// End a deployment where it stands
///
/// What runs goes on running, old and new, and nothing more is replaced until the change is resumed, taken
/// back, or followed by another. A deployment that has ended is left as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deployment: at least four digits of its id
    id: DeploymentName,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let found = session.client.cancel(&args.id.0, &Cancel { by: session.author()? }).await?;
    let (deployment, id) = (&found.deployment, found.deployment.commit.id.short());
    if found.was_over {
        ui.data(format!("deployment {id} was over: {}; {}", deployment.outcome, deployment.summary()))?;
    } else {
        ui.data(format!("deployment {id} is cancelled: {}", deployment.summary()))?;
        ui.hints(ways_on(deployment, |rest| session.command(rest)));
    }
    Ok(Exit::Done)
}
