//! Watching a deployment until it ends. The view is only a view: whatever ends it, the rollout goes on.

use crate::client::Client;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Ui, rollout_line};
use ship_core::cluster::{Event, Happening, Outcome, Reporter};
use ship_core::model::{DeploymentId, Timestamp};
use ship_core::protocol::DeploymentView;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// A daemon that restarts is back within this; after it the view gives up.
const AWAY_MAX: Duration = Duration::from_secs(60);
const RETRY_EVERY: Duration = Duration::from_millis(500);

/// Prints what happens in a deployment; returns by its outcome.
pub(crate) async fn follow(
    client: &Client,
    id: &DeploymentId,
    limit: Option<Duration>,
    ui: &mut Ui,
) -> Result<Exit, Error> {
    let end = tokio::select! {
        end = watch(client, id, ui) => end.map(End::Outcome),
        () = passed(limit) => Ok(End::TimeUp),
        _ = tokio::signal::ctrl_c() => Ok(End::Interrupted),
    };
    match end? {
        End::Outcome(outcome) => Ok(exit_of(outcome, ui)),
        End::TimeUp => {
            ui.data(rollout_line("still running: the wait is over, the rollout goes on"))?;
            ui.hint("`shipctl status` shows how far it is");
            Ok(Exit::Running)
        }
        End::Interrupted => {
            ui.say("interrupted: the rollout goes on");
            ui.hint("`shipctl status` shows how far it is");
            Ok(Exit::Interrupted)
        }
    }
}

enum End {
    Outcome(Outcome),
    TimeUp,
    Interrupted,
}

async fn passed(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

fn exit_of(outcome: Outcome, ui: &mut Ui) -> Exit {
    match outcome {
        Outcome::Succeeded => Exit::Done,
        Outcome::Failed | Outcome::Reverted | Outcome::Cancelled => {
            ui.hint("`shipctl status` and `shipctl logs APP` show more");
            Exit::Failed
        }
        Outcome::Superseded | Outcome::Running => {
            ui.hint("`shipctl status` shows how far the newest commit is");
            Exit::Running
        }
    }
}

/// Reads the events, again after each break, until the deployment has ended.
async fn watch(client: &Client, id: &DeploymentId, ui: &mut Ui) -> Result<Outcome, Error> {
    let mut link = Link { client, id, heard: Instant::now(), broken: false };
    let mut view = View::new(link.deployment(ui).await?.deployment.started);
    loop {
        match read_events(client, id, &mut view, ui).await {
            Ok(Some(outcome)) => return Ok(outcome),
            Ok(None) => {}
            Err(Error::Client(error)) if error.may_pass() => {}
            Err(error) => return Err(error),
        }
        // The stream broke. What matters now is where the deployment stands, not what was missed.
        let outcome = link.deployment(ui).await?.outcome();
        if outcome != Outcome::Running {
            ui.data(rollout_line(missed_end(outcome)))?;
            return Ok(outcome);
        }
        tokio::time::sleep(RETRY_EVERY).await;
    }
}

/// The last line of a deployment that ended while the link was down.
fn missed_end(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "success: rolled out while the link was down",
        Outcome::Failed => "error: deployment failed while the link was down",
        Outcome::Reverted => "error: deployment failed and was reverted while the link was down",
        Outcome::Cancelled => "warning: deployment cancelled while the link was down",
        Outcome::Superseded => "superseded: a newer commit took over",
        Outcome::Running => "still running",
    }
}

async fn read_events(
    client: &Client,
    id: &DeploymentId,
    view: &mut View,
    ui: &mut Ui,
) -> Result<Option<Outcome>, Error> {
    let mut events = client.events(id).await?;
    while let Some(event) = events.next().await? {
        let lines = view.lines(&event);
        ui.data_lines(lines)?;
        if let Happening::DeploymentEnded { outcome, .. } = event.what {
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

/// What was shown of a deployment. After a break the daemon tells everything it keeps once more.
struct View {
    reporter: Reporter,
    shown: BTreeMap<Timestamp, Vec<Event>>,
}

impl View {
    fn new(started: Timestamp) -> Self {
        Self { reporter: Reporter::new(started), shown: BTreeMap::new() }
    }

    fn lines(&mut self, event: &Event) -> Vec<String> {
        let shown = self.shown.entry(event.at).or_default();
        if shown.contains(event) {
            return Vec::new();
        }
        shown.push(event.clone());
        let lines = self.reporter.lines(event).into_iter();
        // Hints are for the pushing terminal; ours are talk, and name the commands for the same cluster.
        lines.filter(|line| !line.starts_with("hint: ")).map(|line| rollout_line(&line)).collect()
    }
}

/// Asks for the deployment with patience: a daemon may be restarting, a fresh commit not yet taken over.
struct Link<'a> {
    client: &'a Client,
    id: &'a DeploymentId,
    heard: Instant,
    broken: bool,
}

impl Link<'_> {
    async fn deployment(&mut self, ui: &mut Ui) -> Result<DeploymentView, Error> {
        loop {
            match self.client.deployment(self.id).await {
                Ok(view) => {
                    self.heard = Instant::now();
                    self.broken = false;
                    return Ok(view);
                }
                Err(error) if error.may_pass() => {
                    if self.heard.elapsed() > AWAY_MAX {
                        return Err(Error::LostSight(error));
                    }
                    if !std::mem::replace(&mut self.broken, true) {
                        ui.say(format!("waiting for the cluster: {error}"));
                    }
                    tokio::time::sleep(RETRY_EVERY).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}
