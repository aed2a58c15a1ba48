//! The files of a working tree. Links are never followed, so nothing outside the folder is read.

use super::Tree;
use super::commit::Origin;
use crate::error::RepoError;
use crate::file::{Content, File, LARGEST};
use crate::settings::Settings;
use imbl::OrdMap;
use rayon::prelude::*;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Tree {
    /// Reads all app files below `apps`, a folder within `root`. A folder that does not exist holds no apps.
    pub fn of_folder(root: &Path, apps: &Path) -> Result<Tree, RepoError> {
        let shown = apps.to_string_lossy().trim_end_matches('/').trim_start_matches("./").to_owned();
        let prefix = if matches!(shown.as_str(), "" | ".") { String::new() } else { format!("{shown}/") };
        let settings = Arc::new(Settings::of_folder(root));
        let defaults = settings.0.defaults();
        let folder = root.join(apps);
        let is_elsewhere = fs::symlink_metadata(&folder).is_ok_and(|found| !found.is_dir());
        if is_elsewhere && !prefix.is_empty() {
            let path: Arc<str> = shown.as_str().into();
            let files = OrdMap::unit(path, Arc::new(super::no_folder(&shown)));
            return Ok(Tree::new(settings, Origin::default(), files));
        }
        let mut files: Vec<(Arc<str>, Arc<File>)> = list(&folder, "")?
            .into_par_iter()
            .map(|entry| {
                let path: Arc<str> = format!("{prefix}{}", entry.inner).into();
                (path.clone(), Arc::new(File::read(path, &entry.inner, entry.content(), &defaults)))
            })
            .collect();
        files.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(Tree::new(settings, Origin::default(), files.into_iter().collect()))
    }
}

/// Something below the apps folder that must be looked at.
struct Entry {
    path: PathBuf,
    /// Relative to the apps folder.
    inner: String,
    kind: EntryKind,
}

enum EntryKind {
    File,
    Other(&'static str),
    NotUtf8Name,
}

impl Entry {
    fn content(&self) -> Content {
        match self.kind {
            EntryKind::File => read(&self.path).unwrap_or_else(|err| Content::Unreadable(err.to_string())),
            EntryKind::Other(what) => Content::NotAFile(what),
            EntryKind::NotUtf8Name => Content::NotUtf8Name,
        }
    }
}

fn read(path: &Path) -> io::Result<Content> {
    let mut file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Ok(Content::TooBig(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    Ok(if size > LARGEST { Content::TooBig(size) } else { Content::Bytes(bytes) })
}

/// Everything below a folder that must be looked at; its folders are listed side by side.
fn list(folder: &Path, inner: &str) -> Result<Vec<Entry>, RepoError> {
    let at_folder = |err| RepoError::Folder { path: folder.to_owned(), err };
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(err) if err.kind() == io::ErrorKind::NotFound && inner.is_empty() => return Ok(Vec::new()),
        Err(err) => return Err(at_folder(err)),
    };
    let mut entries = Vec::new();
    let mut folders = Vec::new();
    for entry in listing {
        let entry = entry.map_err(at_folder)?;
        let name = entry.file_name();
        if is_hidden(&name) {
            continue;
        }
        let kind = entry.file_type().map_err(at_folder)?;
        let below = join(inner, &shown(&name));
        if kind.is_dir() && name.to_str().is_some() {
            folders.push((entry.path(), below));
        } else if let Some(kind) = kind_of(&name, kind) {
            entries.push(Entry { path: entry.path(), inner: below, kind });
        }
    }
    let below: Result<Vec<Vec<Entry>>, RepoError> =
        folders.par_iter().map(|(folder, inner)| list(folder, inner)).collect();
    entries.extend(below?.into_iter().flatten());
    Ok(entries)
}

/// `None` for files that are none of our business.
fn kind_of(name: &OsStr, kind: FileType) -> Option<EntryKind> {
    let Some(text) = name.to_str() else { return Some(EntryKind::NotUtf8Name) };
    if kind.is_symlink() {
        return Some(EntryKind::Other("a symbolic link"));
    }
    let is_app_file = text.ends_with(".json");
    match (is_app_file, kind.is_file()) {
        (true, true) => Some(EntryKind::File),
        (true, false) => Some(EntryKind::Other("no regular file")),
        (false, _) => None,
    }
}

pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

fn shown(name: &OsStr) -> String {
    super::commit::shown(name.as_encoded_bytes())
}
