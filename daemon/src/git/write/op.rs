//! Single steps of a change: what each does to the files.

use super::overlay::{Overlay, text_at};
use super::{Tip, WriteError};
use crate::clock;
use git2::Oid;
use serde_json::{Map, Value};
use ship_core::model::{AppId, CommitId, GroupId};
use ship_repo::Files;
use ship_repo::edit::{EditError, new_file, set_fields, set_instances, set_restarted_at};
use std::collections::BTreeSet;

/// Fields of an app file, by name.
pub type Fields = Map<String, Value>;

/// One step of a [`Change`](super::Change). They are taken one after the other.
#[derive(Debug, Clone)]
pub enum Op {
    /// A new app; refused if it is there.
    Create { app: AppId, fields: Fields },
    /// Each field takes the place of the file's own. Where `whole` is set what is not among them goes; where `create` is
    /// set an app that is not there is made.
    Put { app: AppId, fields: Fields, whole: bool, create: bool },
    /// Another number of instances.
    Scale { app: AppId, to: Scaling },
    /// Replaces all tasks of an app though nothing else changes.
    Restart { app: AppId },
    /// The file of an app goes.
    Delete { app: AppId },
    /// All files of a group's apps and groups go.
    DeleteGroup { group: GroupId },
    /// The group has a file of its own, with these dependencies; `None` keeps them.
    PutGroup { group: GroupId, dependencies: Option<Value> },
    /// Apps that stand right in the group go, but for these.
    KeepApps { group: GroupId, keep: BTreeSet<AppId> },
    /// Groups that stand right in the group go with all below them, but for these.
    KeepGroups { group: GroupId, keep: BTreeSet<GroupId> },
    /// An app, or all of a group, as at an earlier commit.
    Restore { path: GroupId, commit: CommitId },
    /// An app as it was before a commit.
    Undo { app: AppId, commit: CommitId },
}

/// A number of instances, or how to come to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scaling {
    To(u32),
    /// So many less, not below 0.
    Less(u32),
    /// So many times as many, rounded up (marathon-v2, section 2).
    Times(f64),
}

/// Of two fields that say the same in an old and a new form, the one that is set removes the other.
const RIVALS: [(&str, &str); 4] =
    [("cmd", "args"), ("portDefinitions", "ports"), ("fetch", "uris"), ("networks", "ipAddress")];

/// What an update of the whole definition leaves alone: the file's own.
const OURS: [&str; 2] = ["$schema", "id"];

impl Op {
    pub(super) fn apply(&self, files: &mut Overlay<'_, '_>) -> Result<(), WriteError> {
        match self {
            Self::Create { app, fields } => match files.path_of(app) {
                Some(_) => Err(WriteError::Exists { app: app.clone() }),
                None => create(files, app, fields),
            },
            Self::Put { app, fields, whole, create: may_create } => match files.path_of(app) {
                Some(path) => put(files, app, path, fields, *whole),
                None if *may_create => create(files, app, fields),
                None => Err(WriteError::NoApp { app: app.clone() }),
            },
            Self::Scale { app, to } => {
                let instances = to.of(instances(files.at, app)?);
                edit(files, app, |text| set_instances(text, instances))
            }
            Self::Restart { app } => edit(files, app, |text| set_restarted_at(text, &clock::now().rfc3339())),
            Self::Delete { app } => {
                let path = files.path_of(app).ok_or_else(|| WriteError::NoApp { app: app.clone() })?;
                files.remove_app(app, path);
                Ok(())
            }
            Self::DeleteGroup { group } => delete_group(files, group),
            Self::PutGroup { group, dependencies } => put_group(files, group, dependencies.clone()),
            Self::KeepApps { group, keep } => keep_apps(files, group, keep),
            Self::KeepGroups { group, keep } => keep_groups(files, group, keep),
            Self::Restore { path, commit } => restore(files, path, Oid::from_str(commit.as_str())?),
            Self::Undo { app, commit } => undo(files, app, commit),
        }
    }
}

impl Scaling {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast from f64 stays within u32, and what is too much the validator refuses"
    )]
    fn of(self, now: u32) -> u32 {
        match self {
            Self::To(instances) => instances,
            Self::Less(less) => now.saturating_sub(less),
            Self::Times(factor) => (f64::from(now) * factor).ceil() as u32,
        }
    }
}

fn create(files: &mut Overlay<'_, '_>, app: &AppId, fields: &Fields) -> Result<(), WriteError> {
    let path = files.place_for(app)?;
    let mut named = Fields::new();
    named.insert("id".to_owned(), app.as_str().into());
    named.extend(fields.iter().filter(|(name, _)| *name != "id").map(|(name, value)| (name.clone(), value.clone())));
    files.set_app(app, path, new_file(&named));
    Ok(())
}

fn put(files: &mut Overlay<'_, '_>, app: &AppId, path: String, fields: &Fields, whole: bool) -> Result<(), WriteError> {
    let text = files.text(&path)?.unwrap_or_default();
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

fn edit(
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
fn instances(at: &Tip<'_>, app: &AppId) -> Result<u32, WriteError> {
    let spec = at.reading.tree.app(app);
    spec.map(|spec| spec.instances).ok_or_else(|| WriteError::NoApp { app: app.clone() })
}

fn delete_group(files: &mut Overlay<'_, '_>, group: &GroupId) -> Result<(), WriteError> {
    let at = files.at;
    let Files { apps, groups } = at.reading.tree.below(group);
    if apps.is_empty() && groups.is_empty() && *group != GroupId::root() {
        return Err(WriteError::NoGroup { group: group.clone() });
    }
    for (app, path) in apps {
        files.remove_app(&app, path.to_owned());
    }
    groups.into_iter().for_each(|(_, path)| files.remove(path.to_owned()));
    Ok(())
}

fn put_group(files: &mut Overlay<'_, '_>, group: &GroupId, dependencies: Option<Value>) -> Result<(), WriteError> {
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

fn keep_apps(files: &mut Overlay<'_, '_>, group: &GroupId, keep: &BTreeSet<AppId>) -> Result<(), WriteError> {
    let at = files.at;
    let below = at.reading.tree.below(group);
    for (app, path) in below.apps.into_iter().filter(|(app, _)| app.group() == *group && !keep.contains(app)) {
        files.remove_app(&app, path.to_owned());
    }
    Ok(())
}

fn keep_groups(files: &mut Overlay<'_, '_>, group: &GroupId, keep: &BTreeSet<GroupId>) -> Result<(), WriteError> {
    let at = files.at;
    let goes = |path: &GroupId| {
        let child = std::iter::successors(Some(path.clone()), GroupId::parent)
            .find(|above| above.parent().as_ref() == Some(group));
        child.is_some_and(|child| !keep.contains(&child))
    };
    let Files { apps, groups } = at.reading.tree.below(group);
    for (app, path) in apps.into_iter().filter(|(app, _)| goes(&app.group())) {
        files.remove_app(&app, path.to_owned());
    }
    for (_, path) in groups.into_iter().filter(|(below, _)| goes(below)) {
        files.remove(path.to_owned());
    }
    Ok(())
}

fn undo(files: &mut Overlay<'_, '_>, app: &AppId, commit: &CommitId) -> Result<(), WriteError> {
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

fn restore(files: &mut Overlay<'_, '_>, path: &GroupId, commit: Oid) -> Result<(), WriteError> {
    let at = files.at;
    let then = at.reading.tree.update(at.repo, commit)?;
    let then_there = then.within(path).apps;
    for (app, place) in at.reading.tree.within(path).apps {
        if !then_there.iter().any(|(known, _)| *known == app) {
            files.remove_app(&app, place.to_owned());
        }
    }
    for (app, place) in then_there {
        let text = text_at(at, commit, place)?.unwrap_or_default();
        restore_app(files, &app, place, text)?;
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
