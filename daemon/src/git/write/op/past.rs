//! Steps back: files as they were at an earlier commit.

use crate::git::write::WriteError;
use crate::git::write::overlay::{Overlay, text_at};
use git2::Oid;
use ship_core::model::{AppId, CommitId, GroupId};
use std::collections::BTreeSet;

pub(super) fn undo(files: &mut Overlay<'_, '_>, app: &AppId, commit: &CommitId) -> Result<(), WriteError> {
    let made = files.at.repo.find_commit(Oid::from_str(commit.as_str())?)?;
    match made.parent_id(0) {
        Ok(before) => restore(files, &app.path(), before),
        // The first commit of the branch: before it there was nothing.
        Err(_) => files.path_of(app).into_iter().try_for_each(|path| {
            files.remove_app(app, path);
            Ok(())
        }),
    }
}

pub(super) fn restore(files: &mut Overlay<'_, '_>, path: &GroupId, commit: Oid) -> Result<(), WriteError> {
    let at = files.at;
    let then = at.reading.tree.update(at.repo, commit)?;
    let then_there = then.within(path).apps;
    let kept: BTreeSet<&AppId> = then_there.iter().map(|(app, _)| &app.id).collect();
    for (app, place) in at.reading.tree.within(path).apps.into_iter().filter(|(app, _)| !kept.contains(&app.id)) {
        files.remove_app(&app.id, place.to_owned());
    }
    for (app, place) in then_there {
        let text = text_at(at, commit, place)?.unwrap_or_default();
        restore_app(files, &app.id, place, text)?;
    }
    Ok(())
}

/// Where the file moved since, it moves back: in another folder the same text may mean another app.
fn restore_app(files: &mut Overlay<'_, '_>, app: &AppId, place: &str, text: String) -> Result<(), WriteError> {
    let here = files.path_of(app);
    if here.as_deref() != Some(place) {
        if files.text(place)?.is_some() {
            return Err(WriteError::Taken { app: app.clone(), path: place.to_owned() });
        }
        here.into_iter().for_each(|path| files.remove_app(app, path));
    }
    files.set_app(app, place.to_owned(), text);
    Ok(())
}
