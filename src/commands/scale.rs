//! `shipctl scale`: another number of instances, as a commit like every change.

use super::instances_edit::InstancesEdit;
use super::target::{PushOptions, Standing};
use super::{AppName, AppNameError, Limit, Place, Refusal, Session, Target};
use crate::client::ClientError;
use crate::error::Error;
use crate::exit::Exit;
use crate::follow::follow;
use crate::git::{self, Checkout};
use crate::ui::Ui;
use ship_core::model::{AppId, CommitId, DeploymentId};
use ship_core::protocol::Scale;
use std::path::Path;

/// Set how many instances of an app run
///
/// Inside a checkout only the number in the app's file is edited and only that file is committed, as you;
/// the commit is pushed to the cluster and taken back if the cluster refuses it. Elsewhere the daemon makes
/// the commit. The rollout is followed to its end.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The app, such as `web` or `/shop/web`
    app: AppName,
    /// How many; 0 suspends the app
    instances: u32,
    #[command(flatten)]
    limit: Limit,
}

pub(crate) async fn run(args: &Args, session: &Session, ui: &mut Ui) -> Result<Exit, Error> {
    let made = match session.place_if_any()? {
        Some(place) => by_user(args, &place, session).await?,
        None => by_daemon(args, session).await?,
    };
    match made {
        Some(commit) => {
            ui.say(format!("commit {}: {}", commit.short(), message(args)));
            follow(session, &DeploymentId::new(commit.as_str()), args.limit.span(), ui).await
        }
        None => {
            ui.data(format!("{} is at {} already: nothing to do", args.app.0, args.instances))?;
            Ok(Exit::Done)
        }
    }
}

/// The commit's message, here and when the daemon makes the commit.
fn message(args: &Args) -> String {
    format!("scale {} to {}", args.app.0, args.instances)
}

/// The commit that the daemon made, if it changes anything.
async fn by_daemon(args: &Args, session: &Session) -> Result<Option<CommitId>, Error> {
    let app = &args.app.0;
    let here = std::env::current_dir().map_err(Error::Here)?;
    // Without git there is no name to give; the daemon then signs the commit itself.
    let author = git::configured_author(&here).unwrap_or_default();
    let wish = Scale { app: app.clone(), instances: args.instances, author };
    match session.client.scale(&wish).await {
        Ok(made) => Ok(made.deployment.map(|_| made.commit)),
        Err(ClientError::NotFound { .. }) => Err(session.unknown_app(app).await),
        Err(error) => Err(error.into()),
    }
}

/// The commit that was made in the checkout and pushed, if the file says another number so far.
async fn by_user(args: &Args, place: &Place<'_>, session: &Session) -> Result<Option<CommitId>, Error> {
    let app = &args.app.0;
    let file = file_of(app, place)?;
    let target = Target::of(&session.client).await?;
    let head = place.checkout.resolve("HEAD")?;
    match target.standing(&place.checkout, &head)? {
        Standing::Same => {}
        Standing::Ahead => return Err(Refusal::Unpushed { head, command: session.command("apply") }.into()),
        Standing::Behind => return Err(Refusal::Behind { command: target.pull_command() }.into()),
    }
    if !place.checkout.changed(&[Path::new(&file)])?.is_empty() {
        return Err(Refusal::Uncommitted { file }.into());
    }
    let edit = InstancesEdit::of(place.checkout.root(), file, args.instances)?;
    if edit.changes_nothing() {
        return Ok(None);
    }
    commit_and_push(&edit, &message(args), &place.checkout, &target, &head).map(Some)
}

/// All of it or nothing: what the cluster refuses is taken back.
fn commit_and_push(
    edit: &InstancesEdit,
    message: &str,
    checkout: &Checkout,
    target: &Target,
    head: &CommitId,
) -> Result<CommitId, Error> {
    let file = Path::new(&edit.file);
    edit.write()?;
    let commit = match checkout.commit_only(file, message) {
        Ok(commit) => commit,
        Err(refused) => {
            edit.undo()?;
            return Err(refused.into());
        }
    };
    if let Err(refused) = target.push(checkout, PushOptions::default()) {
        edit.undo()?;
        checkout.take_back(file, &commit, head)?;
        return Err(refused.into());
    }
    Ok(commit)
}

fn file_of(app: &AppId, place: &Place<'_>) -> Result<String, Error> {
    let tree = place.home.working_tree()?;
    match tree.file_of(app) {
        Some(file) => Ok(file.to_owned()),
        None => {
            let known = tree.wanted().unwrap_or_default();
            Err(AppNameError::unknown(app, known.apps.keys()).into())
        }
    }
}
