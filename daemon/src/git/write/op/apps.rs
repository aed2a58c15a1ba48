//! Steps about one app or pod.

use super::Fields;
use crate::git::write::overlay::Overlay;
use crate::git::write::{Tip, WriteError};
use serde_json::Value;
use ship_core::model::{AppId, Kind};
use ship_repo::edit::{EditError, new_file, set_fields};

/// Of two fields that say the same in an old and a new form, the one that is set removes the other.
const RIVALS: [(&str, &str); 4] =
    [("cmd", "args"), ("portDefinitions", "ports"), ("fetch", "uris"), ("networks", "ipAddress")];

/// What an update of the whole definition leaves alone: the file's own, and what the API does not show.
const OURS: [&str; 3] = ["$schema", "id", "restartedAt"];

pub(super) fn create(files: &mut Overlay<'_, '_>, app: &AppId, fields: &Fields) -> Result<(), WriteError> {
    let path = files.place_for(app)?;
    let mut named = Fields::new();
    named.insert("id".to_owned(), app.as_str().into());
    named.extend(fields.iter().filter(|(name, _)| *name != "id").map(|(name, value)| (name.clone(), value.clone())));
    files.set_app(app, path, new_file(&named));
    Ok(())
}

pub(super) fn put(
    files: &mut Overlay<'_, '_>,
    (app, kind): (&AppId, Kind),
    path: String,
    fields: &Fields,
    whole: bool,
) -> Result<(), WriteError> {
    let text = files.text_of_kind(&path, (app, kind))?;
    let known: Fields = serde_json::from_str(&text).unwrap_or_default();
    let given = fields.iter().filter(|(name, _)| *name != "id");
    let mut changes: Vec<(String, Option<Value>)> =
        given.map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
    let goes = |name: &&String| {
        let left_out = whole && !OURS.contains(&name.as_str());
        !fields.contains_key(*name) && (left_out || has_rival(name, fields))
    };
    changes.extend(known.keys().filter(goes).map(|name| (name.clone(), None)));
    let text = set_fields(&text, &changes).map_err(|err| failed(app, &err))?;
    files.set_app(app, path, text);
    Ok(())
}

fn has_rival(name: &str, fields: &Fields) -> bool {
    RIVALS.iter().any(|(one, other)| {
        (*one == name && fields.contains_key(*other)) || (*other == name && fields.contains_key(*one))
    })
}

pub(super) fn edit(
    files: &mut Overlay<'_, '_>,
    app: &AppId,
    change: impl FnOnce(&str) -> Result<String, EditError>,
) -> Result<(), WriteError> {
    let path = files.path_of(app).ok_or_else(|| WriteError::NoApp { app: app.clone() })?;
    let text = files.text(&path)?.unwrap_or_default();
    let text = change(&text).map_err(|err| failed(app, &err))?;
    files.set_app(app, path, text);
    Ok(())
}

fn failed(app: &AppId, err: &EditError) -> WriteError {
    WriteError::Edit { app: app.clone(), reason: err.to_string() }
}

/// As the tip wants it.
pub(super) fn instances(at: &Tip<'_>, app: &AppId) -> Result<u32, WriteError> {
    let spec = at.reading.tree.app(app);
    spec.map(|spec| spec.instances).ok_or_else(|| WriteError::NoApp { app: app.clone() })
}
