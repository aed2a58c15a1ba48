//! One value changed in one app's file, as a commit: made in the checkout as the user, elsewhere by the
//! daemon. Which value is the verb's business.

use super::file_edit::FileEdit;
use super::target::{PushOptions, Standing};
use super::{AppNameError, Place, Refusal, Session, Target};
use crate::client::{Client, ClientError};
use crate::error::Error;
use crate::git::Checkout;
use ship_core::model::{AppId, CommitId};
use ship_core::protocol::CommitRef;
use ship_repo::edit::EditError;
use std::path::Path;

pub(super) trait Change {
    fn app(&self) -> &AppId;

    /// The commit's message, here and when the daemon makes the commit.
    fn message(&self) -> String;

    fn edit(&self, text: &str) -> Result<String, EditError>;

    /// Has the daemon make the commit.
    async fn ask(&self, client: &Client, author: Option<String>) -> Result<CommitRef, ClientError>;
}

/// The commit, if the change changes anything.
pub(super) async fn make(change: &impl Change, session: &Session) -> Result<Option<CommitId>, Error> {
    match session.place_if_any()? {
        Some(place) => by_user(change, &place, session).await,
        None => by_daemon(change, session).await,
    }
}

async fn by_daemon(change: &impl Change, session: &Session) -> Result<Option<CommitId>, Error> {
    match change.ask(&session.client, session.author()?).await {
        Ok(made) => Ok(made.deployment.map(|_| made.commit)),
        Err(ClientError::NotFound { .. }) => Err(session.unknown_app(change.app()).await),
        Err(error) => Err(error.into()),
    }
}

async fn by_user(change: &impl Change, place: &Place<'_>, session: &Session) -> Result<Option<CommitId>, Error> {
    let file = file_of(change.app(), place)?;
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
    let edit = FileEdit::of(place.checkout.root(), file, |text| change.edit(text))?;
    if edit.changes_nothing() {
        return Ok(None);
    }
    commit_and_push(&edit, &change.message(), &place.checkout, &target, &head).map(Some)
}

/// All of it or nothing: what the cluster refuses is taken back.
fn commit_and_push(
    edit: &FileEdit,
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
