//! `shipctl status`: is the cluster as git says?

use super::{AppName, Session};
use crate::client::ClientError;
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{Format, Ui, status_hints, status_lines};
use ship_core::cluster::Outcome;
use ship_core::model::AppId;
use ship_core::protocol::{AppView, Status};

/// Show what runs, and why if it is not what git asks for
///
/// Exit codes: 0 all is as the commit says, 5 a rollout is under way or waits, 4 something failed, is held,
/// taken back, or was cancelled.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this app, with its tasks
    app: Option<AppName>,
    /// For whom to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let only = args.app.as_ref().map(|name| &name.0);
    let status = fetch(session, only).await?;
    match args.format {
        Format::Human => {
            ui.data_lines(status_lines(&status, only.is_some(), clock::now()))?;
            ui.hints(status_hints(&status.apps, |rest| session.command(rest)));
        }
        Format::Json => ui.document("shipctl.status", &status)?,
    }
    Ok(verdict(&status, only))
}

async fn fetch(session: &Session, only: Option<&AppId>) -> Result<Status, Error> {
    let answer = session.client.status(only).await;
    let Some(app) = only else { return Ok(answer?) };
    match answer {
        Ok(status) if status.apps.iter().any(|view| view.id == *app) => Ok(status),
        Ok(_) | Err(ClientError::NotFound { .. }) => Err(session.unknown_app(app).await),
        Err(error) => Err(error.into()),
    }
}

/// The worst of what is shown: failed, then under way, then done.
pub(super) fn verdict(status: &Status, only: Option<&AppId>) -> Exit {
    let rolling = status.deployments.iter().any(|view| view.outcome() == Outcome::Running);
    let failed = status.apps.iter().any(has_failed);
    let whole = only.is_none();
    if failed || whole && status.source.problem.is_some() {
        Exit::Failed
    } else if whole && rolling || !status.apps.iter().all(has_converged) {
        Exit::Running
    } else {
        Exit::Done
    }
}

/// Its change was given up, or could not begin.
fn has_failed(app: &AppView) -> bool {
    matches!(app.state.as_str(), "failed" | "held" | "reverting" | "cancelled")
}

fn has_converged(app: &AppView) -> bool {
    matches!(app.state.as_str(), "running" | "suspended")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn status(states: &[&str], problem: Option<&str>) -> Status {
        let app = |(at, state): (usize, &&str)| {
            json!({ "id": format!("/app{at}"), "version": 0, "instances": 1, "running": 1, "healthy": 0,
                    "unhealthy": 0, "staging": 0, "old": 0, "state": state, "reason": null, "image": "busybox",
                    "tasks": [] })
        };
        let apps: Vec<_> = states.iter().enumerate().map(app).collect();
        let source = json!({ "kind": "hosted", "commit": null, "problem": problem });
        serde_json::from_value(json!({ "source": source, "agents": [], "apps": apps, "deployments": [] })).unwrap()
    }

    #[test]
    fn the_worst_app_decides() {
        assert_eq!(verdict(&status(&[], None), None), Exit::Done);
        assert_eq!(verdict(&status(&["running", "suspended"], None), None), Exit::Done);
        assert_eq!(verdict(&status(&["running", "waiting"], None), None), Exit::Running);
        for state in ["failed", "held", "reverting", "cancelled"] {
            assert_eq!(verdict(&status(&["rolling out", state], None), None), Exit::Failed, "{state}");
        }
    }

    #[test]
    fn a_source_that_is_stuck_is_a_failure_of_the_whole_and_not_of_one_app() {
        let stuck = status(&["running"], Some("cannot reach the remote"));
        assert_eq!(verdict(&stuck, None), Exit::Failed);
        assert_eq!(verdict(&stuck, Some(&AppId::parse("/app0").unwrap())), Exit::Done);
    }
}
