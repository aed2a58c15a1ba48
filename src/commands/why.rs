//! `shipctl why`: what each missing instance of an app lacks.

use super::{AppName, Session};
use crate::client::ClientError;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, why_hints, why_lines};

/// Say why an app is not as it is wanted
///
/// One cause for each missing instance: no agent takes it, its image is on its way, it starts, its checks do not
/// approve it, it waits for another app, it pauses after a failure, its agent is away or emptied. Where no agent
/// takes it, every agent says why, and changes that would let it run were tried on the scheduler.
///
/// Exit codes: 0 nothing is missing, 5 something is, 4 its change was given up.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app
    app: AppName,
    /// Name every agent that was passed over, however many there are
    #[arg(long)]
    agents: bool,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let app = &args.app.0;
    let why = match session.client.why(app).await {
        Ok(why) => why,
        Err(ClientError::NotFound { .. }) => return Err(session.unknown_app(app).await),
        Err(error) => return Err(error.into()),
    };
    match args.format {
        Format::Human => {
            ui.data_lines(why_lines(&why, args.agents, clock::now()))?;
            ui.hints(why_hints(&why, |rest| session.command(rest)));
        }
        Format::Json => ui.document("shipctl.why", &why)?,
    }
    Ok(match (why.causes.is_empty(), why.is_given_up()) {
        (true, _) => Exit::Done,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Running,
    })
}
