//! `shipctl wipe`: frees what an instance keeps on an agent.

use super::Session;
use super::apply::consent;
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::Ui;
use ship_core::model::VolumeId;
use ship_core::protocol::{ApiError, VolumeState, VolumeView};

/// Remove an instance's data for ever
///
/// The task that uses it is stopped, and its instance begins anew, without data, wherever there is room. Of an agent
/// that is away the data goes when it is back.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The volume, as `shipctl volumes` names it
    volume: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let id = VolumeId::new(args.volume.as_str());
    let known = session.client.volumes().await?;
    let Some(volume) = known.into_iter().find(|volume| volume.id == id) else {
        return Err(no_volume(&id).into());
    };
    if volume.state == VolumeState::Wiping {
        ui.data(format!("{} is being wiped already", volume.id))?;
        return Ok(Exit::Done);
    }
    ui.say(loss(&volume));
    if !args.yes {
        consent("Remove it for ever?", ui)?;
    }
    let left = session.client.wipe(&id).await?;
    ui.data(format!("{} of {}: its data on {} goes as soon as no task uses it", left.id, left.app, left.host))?;
    ui.hint(format!("until then it is listed: {}", session.command("volumes")));
    Ok(Exit::Done)
}

fn no_volume(id: &VolumeId) -> ClientError {
    let hint = Some("`shipctl volumes` lists the volumes of this cluster".to_owned());
    ClientError::NotFound {
        body: ApiError { message: format!("there is no volume `{id}`"), hint, details: Vec::new() },
    }
}

fn loss(volume: &VolumeView) -> String {
    let size = volume.resources.disk;
    let task = match volume.state {
        VolumeState::Used => "a task uses it and is stopped",
        VolumeState::Free => "its next task would have used it",
        VolumeState::Orphaned | VolumeState::Wiping => "no app wants it",
    };
    format!("{} keeps up to {size} MiB of {} on {}: {task}", volume.id, volume.app, volume.host)
}
