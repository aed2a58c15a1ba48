//! An edit of one app's file as a commit.

use super::author::By;
use super::message::with_version;
use super::{Tip, WriteError};
use git2::Oid;
use ship_core::model::AppId;
use ship_repo::commit::{Change, draft};
use ship_repo::edit::EditError;

/// The commit in which the app's file is as `change` says; `None` if it was so before.
pub(super) fn edit(
    at: &Tip<'_>,
    app: &AppId,
    author: Option<&str>,
    message: &str,
    change: impl FnOnce(&str) -> Result<String, EditError>,
) -> Result<Option<Oid>, WriteError> {
    let path = at.reading.tree.file_of(app).ok_or_else(|| WriteError::NoApp { app: app.clone() })?;
    let failed = |reason: String| WriteError::Edit { app: app.clone(), reason };
    let entry = at.repo.find_commit(at.id)?.tree()?.get_path(path.as_ref())?;
    let blob = at.repo.find_blob(entry.id())?;
    let text = std::str::from_utf8(blob.content()).map_err(|err| failed(err.to_string()))?;
    let edited = change(text).map_err(|err| failed(err.to_string()))?;
    if edited == text {
        return Ok(None);
    }
    let By { author, committer } = By::asked(author)?;
    let content = edited.as_bytes();
    let message = &with_version(message, at.version);
    Ok(Some(draft(at.repo, at.id, &Change { path, content, author: &author, committer: &committer, message })?))
}
