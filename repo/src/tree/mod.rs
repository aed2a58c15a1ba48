//! All files below the apps folder of one commit or working tree, and what they mean together. A tree is a
//! value: a copy costs nothing, and the tree of the next commit shares what did not change.

mod across;
mod commit;
mod folder;
#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostic, sort};
use crate::file::{Body, File};
use crate::settings::Settings;
use imbl::OrdMap;
use ship_core::manifest::{Finding, Place, Rule};
use ship_core::model::{AppId, AppSpec, GroupId, Wanted};
use std::sync::{Arc, OnceLock};

/// Every app file of a repository: parsed, or known to be broken.
#[derive(Debug, Clone)]
pub struct Tree {
    settings: Arc<(Settings, Vec<Diagnostic>)>,
    /// The git objects it was read from; none for a working tree.
    origin: commit::Origin,
    /// By path from the root of the repository.
    files: OrdMap<Arc<str>, Arc<File>>,
    across: Arc<OnceLock<Vec<Diagnostic>>>,
    wanted: Arc<OnceLock<Option<Wanted>>>,
}

/// Files by what they define, in the order of their paths.
#[derive(Debug, Default)]
pub struct Files<'a> {
    /// Those of apps and pods.
    pub apps: Vec<(&'a Arc<AppSpec>, &'a str)>,
    /// Those of groups.
    pub groups: Vec<(GroupId, &'a str)>,
}

impl Tree {
    /// All mistakes of all files, by file and place.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.settings.1.clone();
        for file in self.files.values() {
            if let Body::Broken { diagnostics, .. } = &file.body {
                all.extend(diagnostics.iter().cloned());
            }
        }
        all.extend(self.across().iter().cloned());
        sort(&mut all);
        all
    }

    /// The desired state, if no file has a mistake.
    #[must_use]
    pub fn wanted(&self) -> Option<Wanted> {
        self.wanted.get_or_init(|| self.is_valid().then(|| self.assemble())).clone()
    }

    /// What `ship.toml` says.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings.0
    }

    /// The file that defines an app.
    #[must_use]
    pub fn file_of(&self, app: &AppId) -> Option<&str> {
        let defines = |file: &&Arc<File>| match &file.body {
            Body::App(spec) => spec.id == *app,
            Body::Group(_) | Body::Broken { .. } => false,
        };
        self.files.values().find(defines).map(|file| &*file.source.file)
    }

    /// An app, if its file has no mistake of its own.
    #[must_use]
    pub fn app(&self, id: &AppId) -> Option<&Arc<AppSpec>> {
        self.files.values().find_map(|file| match &file.body {
            Body::App(spec) => (spec.id == *id).then_some(spec),
            Body::Group(_) | Body::Broken { .. } => None,
        })
    }

    /// The files below a group, its own included.
    #[must_use]
    pub fn below(&self, group: &GroupId) -> Files<'_> {
        self.files_where(|app| group.holds(app), |other| group.encloses(other))
    }

    /// As [`below`](Self::below), for a path that may be an app's as well.
    #[must_use]
    pub fn within(&self, path: &GroupId) -> Files<'_> {
        self.files_where(|app| path.encloses(&app.path()), |other| path.encloses(other))
    }

    fn files_where(&self, of_app: impl Fn(&AppId) -> bool, of_group: impl Fn(&GroupId) -> bool) -> Files<'_> {
        let Files { mut apps, mut groups } = Files::default();
        for file in self.files.values() {
            match &file.body {
                Body::App(spec) if of_app(&spec.id) => apps.push((spec, &*file.source.file)),
                Body::Group(spec) if of_group(&spec.id) => groups.push((spec.id.clone(), &*file.source.file)),
                Body::App(_) | Body::Group(_) | Body::Broken { .. } => {}
            }
        }
        Files { apps, groups }
    }

    /// How many files were looked at.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// How many of them are apps without a mistake of their own.
    #[must_use]
    pub fn apps(&self) -> usize {
        let is_app = |file: &&Arc<File>| match file.body {
            Body::App(_) => true,
            Body::Group(_) | Body::Broken { .. } => false,
        };
        self.files.values().filter(is_app).count()
    }

    fn across(&self) -> &[Diagnostic] {
        self.across.get_or_init(|| across::diagnostics(&self.files))
    }

    fn is_valid(&self) -> bool {
        self.settings.1.is_empty() && !self.files.values().any(|file| file.is_broken()) && self.across().is_empty()
    }

    fn assemble(&self) -> Wanted {
        let mut wanted = Wanted::default();
        self.files.values().for_each(|file| add(&mut wanted, file));
        wanted
    }

    fn new(
        settings: Arc<(Settings, Vec<Diagnostic>)>,
        origin: commit::Origin,
        files: OrdMap<Arc<str>, Arc<File>>,
    ) -> Self {
        Self { settings, origin, files, across: Arc::default(), wanted: Arc::default() }
    }

    /// The tree after some files changed. If this one was valid and the next one is, its desired state is
    /// made from this one's, so that comparing the two costs what changed.
    fn with(&self, origin: commit::Origin, changes: Vec<(Arc<str>, Option<Arc<File>>)>) -> Self {
        let mut files = self.files.clone();
        let mut removed = Vec::new();
        let mut added = Vec::new();
        let mut matters_to_others = false;
        for (path, file) in changes {
            let old = match &file {
                Some(file) => files.insert(path, file.clone()),
                None => files.remove(&path),
            };
            matters_to_others |= !across::is_the_same(old.as_deref(), file.as_deref());
            removed.extend(old);
            added.extend(file);
        }
        let next = Self::new(self.settings.clone(), origin, files);
        let Some(Some(before)) = self.wanted.get() else { return next };
        if !matters_to_others {
            next.across.get_or_init(Vec::new);
        }
        if added.iter().all(|file| !file.is_broken()) && next.across().is_empty() {
            let mut wanted = before.clone();
            removed.iter().for_each(|file| remove(&mut wanted, file));
            added.iter().for_each(|file| add(&mut wanted, file));
            next.wanted.get_or_init(|| Some(wanted));
        }
        next
    }
}

/// What stands in the place of the apps folder and is none: a file, a link.
fn no_folder(path: &str) -> File {
    let finding = Finding::new(Rule::AppsFolder, Place::root(), "the apps folder is not a folder");
    File::broken(path.into(), finding.hint("put the app files into a folder, and name it in `ship.toml`"))
}

fn add(wanted: &mut Wanted, file: &File) {
    match &file.body {
        Body::App(spec) => drop(wanted.apps.insert(spec.id.clone(), spec.clone())),
        Body::Group(spec) => drop(wanted.groups.insert(spec.id.clone(), spec.clone())),
        Body::Broken { .. } => {}
    }
}

fn remove(wanted: &mut Wanted, file: &File) {
    match &file.body {
        Body::App(spec) => drop(wanted.apps.remove(&spec.id)),
        Body::Group(spec) => drop(wanted.groups.remove(&spec.id)),
        Body::Broken { .. } => {}
    }
}
