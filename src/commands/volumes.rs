//! `shipctl volumes`: what instances keep on agents.

use super::Session;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, volume_table};
use serde::Serialize;
use ship_core::protocol::VolumeView;

/// List the data that instances keep on agents
///
/// An instance of an app with persistent volumes goes back to its data after every crash, upgrade and scale; the
/// data stays when the app goes. Only `shipctl wipe` frees it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Serialize)]
struct List<'a> {
    volumes: &'a [VolumeView],
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let volumes = session.client.volumes().await?;
    match args.format {
        Format::Human => ui.data_lines(volume_table(&volumes, clock::now()))?,
        Format::Json => ui.document("shipctl.volumes", &List { volumes: &volumes })?,
    }
    Ok(Exit::Done)
}
