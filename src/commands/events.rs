//! `shipctl events`: everything that happens in the cluster.

use super::{AppName, Session};
use crate::client::{Channel, Sent};
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::Feed;
use crate::ui::{Format, Ui, event_line};
use serde::Serialize;
use ship_core::cluster::Event;

/// Show what happened in the cluster, one line an event
///
/// Prints the latest events that the cluster keeps, the oldest first. With --follow, those from now on, until
/// Ctrl-C; a break of the link loses and doubles none.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Events as they happen, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// Only events of this app
    #[arg(long, value_name = "APP")]
    app: Option<AppName>,
    /// Only events behind the one of this number, which `--format json` tells
    #[arg(long, value_name = "NUMBER")]
    since: Option<u64>,
    /// For whom to print; `json` is one object a line
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Serialize)]
struct Numbered<'a> {
    number: u64,
    #[serde(flatten)]
    event: &'a Event,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    if !args.follow {
        past(args, session, ui).await?;
        return Ok(Exit::Done);
    }
    tokio::select! {
        end = live(args, session, ui) => end,
        _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
    }
}

async fn past(args: &Args, session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let mut events = session.client.events(&Channel::Past, Some(args.since.unwrap_or(0))).await?;
    while let Some(sent) = events.next().await? {
        match sent {
            Sent::Event { number, event } => print(args, number, &event, ui)?,
            Sent::Missed if args.since.is_some() => ui.warn("some of these events are no longer kept"),
            Sent::Missed => {}
        }
    }
    Ok(())
}

async fn live(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let mut feed = Feed::new(&session.client, Channel::All, args.since);
    loop {
        let (number, event) = feed.next(ui).await?;
        print(args, number, &event, ui)?;
    }
}

fn print(args: &Args, number: u64, event: &Event, ui: &mut Ui) -> Result<(), Error> {
    if args.app.as_ref().is_some_and(|only| event.app.as_ref() != Some(&only.0)) {
        return Ok(());
    }
    match args.format {
        Format::Human => ui.data(event_line(event)),
        Format::Json => ui.record("shipctl.event", &Numbered { number, event }),
    }
}
