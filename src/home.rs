//! The GitOps repository around the current folder: where it is, what its `ship.toml` says, what its files want.

use crate::settings::FromFile;
use git2::{Oid, Repository};
use ship_core::model::CommitId;
use ship_core::protocol::PlanRequest;
use ship_repo::{Diagnostic, RepoError, Settings, Tree, report};
use std::path::{Path, PathBuf};

/// A folder with `ship.toml`, or the top of a git checkout.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) root: PathBuf,
    pub(crate) settings: Settings,
    /// What is wrong with `ship.toml`.
    pub(crate) mistakes: Vec<Diagnostic>,
}

const SETTINGS: &str = "ship.toml";

#[derive(Debug, thiserror::Error)]
pub(crate) enum HomeError {
    #[error("neither here nor above is a GitOps repository")]
    None,
    #[error("ship.toml must stand at the top of the repository, not in {}", .root.display())]
    NotOnTop { root: PathBuf },
    #[error("cannot open the repository in {}", .root.display())]
    Open {
        root: PathBuf,
        #[source]
        source: git2::Error,
    },
    #[error(transparent)]
    Read(#[from] RepoError),
    #[error("ship.toml has errors")]
    Settings { report: Vec<String> },
    #[error("the app files have errors")]
    Files { report: Vec<String> },
}

impl Home {
    /// The nearest folder, from `folder` upwards, that can be one.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let has = |root: &Path, name: &str| root.join(name).exists();
        folder.ancestors().find(|root| has(root, SETTINGS) || has(root, ".git")).map(Self::at)
    }

    pub(crate) fn at(root: &Path) -> Self {
        let (settings, mistakes) = Settings::of_folder(root);
        Self { root: root.to_owned(), settings, mistakes }
    }

    /// Whether it is meant to hold apps: any git checkout looks like a home from afar.
    pub(crate) fn has_apps(&self) -> bool {
        self.root.join(SETTINGS).exists() || self.root.join(self.settings.apps_path()).is_dir()
    }

    /// The paths from the root that decide what is wanted.
    pub(crate) fn paths(&self) -> [PathBuf; 2] {
        let apps = self.settings.apps_path();
        [if apps.is_empty() { ".".into() } else { apps.into() }, SETTINGS.into()]
    }

    /// Whether a path from the root is, holds or belongs to what is wanted.
    pub(crate) fn concerns(&self, inner: &Path) -> bool {
        let apps = self.settings.apps_path();
        inner == Path::new(SETTINGS) || inner.starts_with(&apps) || Path::new(&apps).starts_with(inner)
    }

    /// What `ship.toml` says of clusters. A broken one is not guessed around: it might name another cluster.
    pub(crate) fn clusters(&self) -> Result<FromFile, HomeError> {
        if !self.mistakes.is_empty() {
            return Err(HomeError::Settings { report: lines(&self.mistakes) });
        }
        let contexts = self.settings.contexts.iter().map(|(name, context)| (name.clone(), context.url.clone()));
        Ok(FromFile {
            url: self.settings.url.clone(),
            context: self.settings.context.clone(),
            contexts: contexts.collect(),
        })
    }

    /// What the files of the working tree want.
    pub(crate) fn working_tree(&self) -> Result<Tree, HomeError> {
        Ok(Tree::of_folder(&self.root, Path::new(&self.settings.apps_path()))?)
    }

    /// What the files of a commit want.
    pub(crate) fn commit(&self, commit: &CommitId) -> Result<Tree, HomeError> {
        let open = |source| HomeError::Open { root: self.root.clone(), source };
        let repository = Repository::open(&self.root).map_err(open)?;
        let oid = Oid::from_str(commit.as_str()).map_err(open)?;
        Ok(Tree::of_commit(&repository, oid)?)
    }
}

/// The request to plan what a tree wants; a tree with mistakes wants nothing.
pub(crate) fn request(tree: &Tree) -> Result<PlanRequest, HomeError> {
    let wanted = tree.wanted().ok_or_else(|| HomeError::Files { report: lines(&tree.diagnostics()) })?;
    Ok(PlanRequest {
        apps: wanted.apps.values().map(|app| (**app).clone()).collect(),
        groups: wanted.groups.values().map(|group| (**group).clone()).collect(),
    })
}

/// Coloured; the stream drops the colour where it does not belong.
fn lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    report::human(diagnostics, report::Style::Coloured).lines().map(str::to_owned).collect()
}

impl HomeError {
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::None => Some("go to one, or make one with `shipctl init`".to_owned()),
            Self::NotOnTop { .. } | Self::Open { .. } | Self::Read(_) | Self::Settings { .. } | Self::Files { .. } => {
                None
            }
        }
    }

    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::Settings { report } | Self::Files { report } => report,
            Self::None | Self::NotOnTop { .. } | Self::Open { .. } | Self::Read(_) => &[],
        }
    }
}
