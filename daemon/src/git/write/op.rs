//! Single steps of a change: what each does to the files.

mod apps;
mod groups;
mod past;

use super::WriteError;
use super::overlay::Overlay;
use crate::clock;
use apps::{create, edit, instances, put};
use git2::Oid;
use groups::{delete_group, keep_apps, keep_groups, put_group};
use past::{restore, undo};
use serde_json::{Map, Value};
use ship_core::model::{AppId, CommitId, GroupId, Kind};
use ship_repo::edit::{set_instances, set_restarted_at};
use std::collections::BTreeSet;

/// Fields of an app or pod file, by name.
pub type Fields = Map<String, Value>;

/// One step of a [`Change`](super::Change). They are taken one after the other.
#[derive(Debug, Clone)]
pub enum Op {
    /// A new app or pod; refused if it is there.
    Create { app: AppId, kind: Kind, fields: Fields },
    /// Each field takes the place of the file's own. Where `whole` is set what is not among them goes; where `create` is
    /// set an app or pod that is not there is made. What is there stays an app, or a pod.
    Put { app: AppId, kind: Kind, fields: Fields, whole: bool, create: bool },
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
    /// Apps that stand right in the group go, but for these; pods stay (marathon-v2, section 2).
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

impl Op {
    /// The app whose fields it sets.
    pub(super) fn written(&self) -> Option<&AppId> {
        match self {
            Self::Create { app, .. } | Self::Put { app, .. } => Some(app),
            Self::Scale { .. }
            | Self::Restart { .. }
            | Self::Delete { .. }
            | Self::DeleteGroup { .. }
            | Self::PutGroup { .. }
            | Self::KeepApps { .. }
            | Self::KeepGroups { .. }
            | Self::Restore { .. }
            | Self::Undo { .. } => None,
        }
    }

    pub(super) fn apply(&self, files: &mut Overlay<'_, '_>) -> Result<(), WriteError> {
        match self {
            Self::Create { app, kind, fields } => match files.path_of(app) {
                Some(path) => {
                    files.text_of_kind(&path, (app, *kind))?;
                    Err(WriteError::Exists { app: app.clone(), kind: *kind })
                }
                None => create(files, app, fields),
            },
            Self::Put { app, kind, fields, whole, create: may_create } => match files.path_of(app) {
                Some(path) => put(files, (app, *kind), path, fields, *whole),
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
