//! The files of a commit. What did not change since the tree at hand is taken from there.

use super::Tree;
use crate::error::RepoError;
use crate::file::{Content, File, LARGEST};
use crate::settings::Settings;
use git2::{Delta, DiffDelta, DiffOptions, FileMode, ObjectType, Odb, Oid, Repository};
use imbl::OrdMap;
use rayon::prelude::*;
use std::sync::Arc;

/// The git objects that a tree was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Origin {
    settings: Option<Oid>,
    apps: Option<Oid>,
}

/// A path that differs, relative to the apps folder; without content if it is gone.
struct Change {
    inner: String,
    content: Option<Content>,
}

impl Tree {
    /// Reads all app files of a commit; `ship.toml` of the same commit says where they are.
    pub fn of_commit(repo: &Repository, commit: Oid) -> Result<Tree, RepoError> {
        Self::read(repo, commit, None)
    }

    /// The tree of another commit, reading only what differs from this one.
    pub fn update(&self, repo: &Repository, commit: Oid) -> Result<Tree, RepoError> {
        Self::read(repo, commit, Some(self))
    }

    fn read(repo: &Repository, commit: Oid, known: Option<&Tree>) -> Result<Tree, RepoError> {
        read(repo, commit, known).map_err(|err| RepoError::Commit { commit, err })
    }
}

fn read(repo: &Repository, commit: Oid, known: Option<&Tree>) -> Result<Tree, git2::Error> {
    let root = repo.find_commit(commit)?.tree()?;
    let settings_id = root.get_name(Settings::FILE).map(|entry| entry.id());
    let known = known.filter(|tree| tree.origin.apps.is_some() && tree.origin.settings == settings_id);
    let settings = match known {
        Some(tree) => tree.settings.clone(),
        None => Arc::new(read_settings(repo, settings_id)),
    };
    let folder = settings.0.apps_path();
    let defaults = settings.0.defaults();
    let empty = Tree::new(settings, Origin::default(), OrdMap::new());
    let (apps, kind) = match folder.as_str() {
        "" => (Some(root.id()), Some(ObjectType::Tree)),
        _ => root.get_path(folder.as_ref()).map_or((None, None), |entry| (Some(entry.id()), entry.kind())),
    };
    let origin = Origin { settings: settings_id, apps };
    if apps.is_some() && kind != Some(ObjectType::Tree) {
        return Ok(
            empty.with(Origin::default(), vec![(folder.clone().into(), Some(Arc::new(super::no_folder(&folder))))])
        );
    }
    let from = known.and_then(|tree| tree.origin.apps);
    let changes = changes(repo, from, apps)?;
    let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
    let read: Vec<(Arc<str>, Option<Arc<File>>)> = changes
        .into_par_iter()
        .map(|Change { inner, content }| {
            let path: Arc<str> = format!("{prefix}{inner}").into();
            (path.clone(), content.map(|content| Arc::new(File::read(path, &inner, content, &defaults))))
        })
        .collect();
    Ok(known.unwrap_or(&empty).with(origin, read))
}

fn read_settings(repo: &Repository, id: Option<Oid>) -> (Settings, Vec<crate::Diagnostic>) {
    match id.and_then(|id| repo.find_blob(id).ok()) {
        Some(blob) => Settings::read(blob.content()),
        None => (Settings::default(), Vec::new()),
    }
}

/// What differs between two apps folders; everything, if there was none.
fn changes(repo: &Repository, from: Option<Oid>, to: Option<Oid>) -> Result<Vec<Change>, git2::Error> {
    let tree = |id: Option<Oid>| id.map(|id| repo.find_tree(id)).transpose();
    let (from, to) = (tree(from)?, tree(to)?);
    if from.is_none() && to.is_none() {
        return Ok(Vec::new());
    }
    let mut options = DiffOptions::new();
    options.include_typechange(true).skip_binary_check(true);
    let diff = repo.diff_tree_to_tree(from.as_ref(), to.as_ref(), Some(&mut options))?;
    let odb = repo.odb()?;
    Ok(diff.deltas().filter_map(|delta| change(&odb, &delta)).collect())
}

/// `None` for files that are none of our business.
fn change(odb: &Odb<'_>, delta: &DiffDelta<'_>) -> Option<Change> {
    let gone = delta.status() == Delta::Deleted;
    let file = if gone { delta.old_file() } else { delta.new_file() };
    let name = file.path_bytes()?;
    if name.split(|byte| *byte == b'/').any(|step| step.first() == Some(&b'.')) {
        return None;
    }
    let inner = shown(name);
    if gone {
        return Some(Change { inner, content: None });
    }
    let is_app_file = name.ends_with(b".json");
    let content = match file.mode() {
        _ if std::str::from_utf8(name).is_err() => Content::NotUtf8Name,
        FileMode::Link => Content::NotAFile("a symbolic link"),
        FileMode::Commit => Content::NotAFile("a submodule"),
        _ if is_app_file => blob(odb, file.id()),
        _ if delta.status() == Delta::Typechange => return Some(Change { inner, content: None }),
        _ => return None,
    };
    Some(Change { inner, content: Some(content) })
}

fn blob(odb: &Odb<'_>, id: Oid) -> Content {
    let read = odb.read_header(id).and_then(|(size, _)| match size as u64 {
        size if size > LARGEST => Ok(Content::TooBig(size)),
        _ => odb.read(id).map(|object| Content::Bytes(object.data().to_vec())),
    });
    read.unwrap_or_else(|err| Content::Unreadable(err.message().to_owned()))
}

/// A name for people. Bytes that are no UTF-8 stand as `\xff`, so that two such names stay two.
pub(super) fn shown(name: &[u8]) -> String {
    name.utf8_chunks().fold(String::new(), |mut text, chunk| {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
        text
    })
}
