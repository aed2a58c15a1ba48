//! `shipctl logs`: what an app's tasks print, all of them merged.

use super::{AppName, Session, TaskName};
use crate::client::{ClientError, LogQuery, LogStream};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, LogView, Ui};
use ship_core::protocol::Since;

/// Lines of each task, if nothing else is said.
const TAIL: u32 = 100;

/// Show what an app's tasks print
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app, such as `web` or `/shop/web`
    app: AppName,
    /// Go on with what they print from now on, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// Begin so many lines back, in each task [default: 100, with --since all]
    #[arg(long, value_name = "N")]
    tail: Option<u32>,
    /// Begin so long ago, or at a moment: `10m`, `1h30m`, `2026-11-23T14:00:00Z`
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// Of one task alone, by the name before its lines or by its id
    #[arg(long, value_name = "TASK")]
    task: Option<TaskName>,
    /// Say when each line was printed
    #[arg(short, long)]
    timestamps: bool,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let lines = open(args, session).await?;
    if args.follow {
        explain_silence(args, session, ui).await;
    }
    tokio::select! {
        end = print(lines, args, session, ui) => end.map(|()| Exit::Done),
        _ = tokio::signal::ctrl_c() => Ok(Exit::Interrupted),
    }
}

async fn open(args: &Args, session: &Session) -> Result<LogStream, Error> {
    let app = &args.app.0;
    let task = match &args.task {
        Some(name) => Some(name.find(app, session).await?),
        None => None,
    };
    let tail = args.tail.or_else(|| args.since.is_none().then_some(TAIL));
    let wish = LogQuery { app, task: task.as_ref(), follow: args.follow, tail, since: args.since };
    match session.client.logs(&wish).await {
        Err(error @ ClientError::NotFound { .. }) if task.is_some() => Err(error.into()),
        Err(ClientError::NotFound { .. }) => Err(session.unknown_app(app).await),
        answer => Ok(answer?),
    }
}

async fn print(mut lines: LogStream, args: &Args, session: &Session, ui: &mut Ui) -> Result<(), Error> {
    let mut view = LogView::new(args.timestamps);
    let mut printed = false;
    while let Some(line) = lines.next().await? {
        printed = true;
        match args.format {
            Format::Human => ui.data(view.line(&line))?,
            Format::Json => ui.record("shipctl.log-line", &line)?,
        }
    }
    if !printed && !args.follow {
        explain_silence(args, session, ui).await;
    }
    Ok(())
}

/// Says so if no task is there to print anything, and why not. No answer here is no reason to fail.
async fn explain_silence(args: &Args, session: &Session, ui: &mut Ui) {
    let app = &args.app.0;
    let Ok(status) = session.client.status(Some(app)).await else { return };
    let Some(view) = status.apps.iter().find(|view| view.id == *app && view.running == 0) else { return };
    match &view.reason {
        Some(reason) => ui.warn(format!("no task of {app} runs now: {reason}")),
        None => ui.warn(format!("no task of {app} runs now; it is {}", view.state)),
    }
}
