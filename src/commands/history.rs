//! `shipctl history`: who changed what, and how it went.

use super::{AppName, Session};
use crate::client::ClientError;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, history_table};
use serde::Serialize;
use ship_core::protocol::HistoryEntry;

/// Show who changed what, and how it went, the newest first
///
/// Lists commits of the branch that deploys which change app files: what one can go back to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only commits that change this app
    app: Option<AppName>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Serialize)]
struct List<'a> {
    commits: &'a [HistoryEntry],
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let only = args.app.as_ref().map(|name| &name.0);
    let commits = match (session.client.history(only, args.limit).await, only) {
        (Err(ClientError::NotFound { .. }), Some(app)) => return Err(session.unknown_app(app).await),
        (answer, _) => answer?,
    };
    match args.format {
        Format::Json => ui.document("shipctl.history", &List { commits: &commits })?,
        Format::Human if commits.is_empty() => ui.say("no commit has changed an app"),
        Format::Human => ui.data_lines(history_table(&commits, clock::now()))?,
    }
    Ok(Exit::Done)
}
