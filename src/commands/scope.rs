//! What `validate` looks at. In a repository that is always the whole tree, because apps depend on each
//! other, of which only the asked paths are reported; anything else is looked at on its own.

use crate::home::{Home, HomeError};
use ship_repo::{Diagnostic, RepoError, Tree};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(super) enum Scope {
    /// Reported are files below `only`, paths from the root; all if it is empty.
    Repository { home: Box<Home>, only: Vec<PathBuf> },
    /// A folder outside the apps folder of a repository: its own root group.
    Folder(PathBuf),
    /// A file outside of one.
    File(PathBuf),
}

/// What was found in a scope.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) files: usize,
    pub(super) apps: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ScopeError {
    #[error("cannot read `{}`", .path.display())]
    Path {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error(transparent)]
    Read(#[from] RepoError),
}

/// The scopes of `paths`, in their order; those in one repository are one.
pub(super) fn scopes(here: &Path, paths: &[PathBuf]) -> Result<Vec<Scope>, ScopeError> {
    if paths.is_empty() {
        let home = Box::new(Home::around(here).filter(Home::has_apps).ok_or(HomeError::None)?);
        return Ok(vec![Scope::Repository { home, only: Vec::new() }]);
    }
    let mut scopes: Vec<Scope> = Vec::new();
    for path in paths {
        let scope = scope_of(here, path).map_err(|source| ScopeError::Path { path: path.clone(), source })?;
        if !scopes.iter_mut().any(|known| known.absorbs(&scope)) {
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn scope_of(here: &Path, path: &Path) -> io::Result<Scope> {
    let real = here.join(path).canonicalize()?;
    if let Some(home) = Home::around(&real).filter(Home::has_apps) {
        let home = Box::new(home);
        let inner = real.strip_prefix(&home.root).unwrap_or(&real).to_owned();
        if inner.as_os_str().is_empty() {
            return Ok(Scope::Repository { home, only: Vec::new() });
        }
        if home.concerns(&inner) {
            return Ok(Scope::Repository { home, only: vec![inner] });
        }
    }
    Ok(if real.is_dir() { Scope::Folder(path.to_owned()) } else { Scope::File(path.to_owned()) })
}

impl Scope {
    pub(super) fn check(&self) -> Result<Checked, ScopeError> {
        match self {
            Self::Repository { home, only } => {
                let mut checked = Checked::of(home.working_tree()?);
                let asked = |found: &Diagnostic| only.iter().any(|path| Path::new(&*found.file).starts_with(path));
                checked.diagnostics.retain(|found| only.is_empty() || asked(found));
                Ok(checked)
            }
            Self::Folder(path) => {
                let mut checked = Checked::of(Tree::of_folder(path, Path::new(""))?);
                checked.rename(|file| path.join(file));
                Ok(checked)
            }
            Self::File(path) => check_alone(path).map_err(|source| ScopeError::Path { path: path.clone(), source })?,
        }
    }

    /// Takes the paths of a scope in the same repository; whether it could.
    fn absorbs(&mut self, other: &Self) -> bool {
        let (Self::Repository { home, only }, Self::Repository { home: theirs, only: more }) = (self, other) else {
            return false;
        };
        if home.root != theirs.root {
            return false;
        }
        if only.is_empty() || more.is_empty() {
            only.clear();
        } else {
            only.extend(more.iter().cloned());
        }
        true
    }
}

/// A copy in an empty folder: the file's neighbours may be anything.
fn check_alone(path: &Path) -> io::Result<Result<Checked, ScopeError>> {
    let folder = tempfile::tempdir()?;
    std::fs::copy(path, folder.path().join("app.json"))?;
    let tree = Tree::of_folder(folder.path(), Path::new(""));
    Ok(tree.map_err(ScopeError::from).map(|tree| {
        let mut checked = Checked::of(tree);
        checked.rename(|_| path.to_owned());
        checked
    }))
}

impl Checked {
    /// Leaves the tree to the end of the process: to free ten thousand apps one by one would take a sixth
    /// of the whole time.
    fn of(tree: Tree) -> Self {
        let checked = Self { files: tree.files(), apps: tree.apps(), diagnostics: tree.diagnostics() };
        std::mem::forget(tree);
        checked
    }

    /// Names files as the user did.
    fn rename(&mut self, name: impl Fn(&str) -> PathBuf) {
        for found in &mut self.diagnostics {
            found.file = Arc::from(name(&found.file).to_string_lossy());
        }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.files += other.files;
        self.apps += other.apps;
        self.diagnostics.extend(other.diagnostics);
        self
    }
}
