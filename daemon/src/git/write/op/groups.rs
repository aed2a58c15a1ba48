//! Steps about a group and all that stands in it.

use super::Fields;
use crate::git::write::WriteError;
use crate::git::write::overlay::Overlay;
use serde_json::Value;
use ship_core::model::{AppId, AppSpec, GroupId, Kind};
use ship_repo::Files;
use ship_repo::edit::{EditError, new_file, set_fields};
use std::collections::BTreeSet;

pub(super) fn delete_group(files: &mut Overlay<'_, '_>, group: &GroupId) -> Result<(), WriteError> {
    let at = files.at;
    let Files { apps, groups } = at.reading.tree.below(group);
    if apps.is_empty() && groups.is_empty() && *group != GroupId::root() {
        return Err(WriteError::NoGroup { group: group.clone() });
    }
    for (app, path) in apps {
        files.remove_app(&app.id, path.to_owned());
    }
    groups.into_iter().for_each(|(_, path)| files.remove(path.to_owned()));
    Ok(())
}

pub(super) fn put_group(
    files: &mut Overlay<'_, '_>,
    group: &GroupId,
    dependencies: Option<Value>,
) -> Result<(), WriteError> {
    let folder = group.as_str().trim_start_matches('/');
    let inner = if folder.is_empty() { "group.json".to_owned() } else { format!("{folder}/group.json") };
    let path = files.below_apps(&inner);
    let text = files.text(&path)?.unwrap_or_else(|| new_file(&Fields::new()));
    let change = dependencies.map(|list| ("dependencies".to_owned(), Some(list)));
    let changes: Vec<_> = change.into_iter().collect();
    let failed = |err: EditError| WriteError::Text { path: path.clone(), reason: err.to_string() };
    let text = set_fields(&text, &changes).map_err(failed)?;
    files.set(path, text);
    Ok(())
}

pub(super) fn keep_apps(
    files: &mut Overlay<'_, '_>,
    group: &GroupId,
    keep: &BTreeSet<AppId>,
) -> Result<(), WriteError> {
    let at = files.at;
    let goes = |app: &AppSpec| app.kind() == Kind::App && app.id.group() == *group && !keep.contains(&app.id);
    for (app, path) in at.reading.tree.below(group).apps.into_iter().filter(|(app, _)| goes(app)) {
        files.remove_app(&app.id, path.to_owned());
    }
    Ok(())
}

pub(super) fn keep_groups(
    files: &mut Overlay<'_, '_>,
    group: &GroupId,
    keep: &BTreeSet<GroupId>,
) -> Result<(), WriteError> {
    let at = files.at;
    let goes = |path: &GroupId| {
        let child = std::iter::successors(Some(path.clone()), GroupId::parent)
            .find(|above| above.parent().as_ref() == Some(group));
        child.is_some_and(|child| !keep.contains(&child))
    };
    let Files { apps, groups } = at.reading.tree.below(group);
    for (app, path) in apps.into_iter().filter(|(app, _)| goes(&app.id.group())) {
        files.remove_app(&app.id, path.to_owned());
    }
    for (_, path) in groups.into_iter().filter(|(below, _)| goes(below)) {
        files.remove(path.to_owned());
    }
    Ok(())
}
