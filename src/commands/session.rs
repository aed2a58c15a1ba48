//! What a verb that talks to a cluster starts from: the cluster that is meant, the repository around.

use super::AppNameError;
use crate::client::Client;
use crate::error::Error;
use crate::git::{self, Checkout, GitError};
use crate::home::{Home, HomeError};
use crate::settings::{self, Flags, FromFile};
use ship_core::model::AppId;
use std::io;

pub(crate) struct Session {
    pub(crate) client: Client,
    home: Option<Home>,
    flags: Flags,
}

/// A GitOps repository that git knows as a working tree.
pub(crate) struct Place<'a> {
    pub(crate) home: &'a Home,
    pub(crate) checkout: Checkout,
}

impl Place<'_> {
    /// Files that decide what is wanted and differ from HEAD.
    pub(crate) fn uncommitted(&self) -> Result<Vec<String>, GitError> {
        self.checkout.changed(&self.home.paths().each_ref().map(|path| path.as_path()))
    }
}

impl Session {
    pub(crate) fn open(flags: &Flags) -> Result<Self, Error> {
        let here = std::env::current_dir().map_err(Error::Here)?;
        let home = Home::around(&here);
        let clusters = || match &home {
            Some(home) => home.clusters().map_err(Error::from),
            None => Ok(FromFile::default()),
        };
        let url = settings::cluster_url(flags, settings::variable, clusters)?;
        Ok(Self { client: Client::new(url)?, home, flags: flags.clone() })
    }

    /// The repository around the current folder.
    pub(crate) fn place(&self) -> Result<Place<'_>, Error> {
        Ok(self.place_if_any()?.ok_or(HomeError::None)?)
    }

    /// As [`place`](Self::place), for verbs that work without one. A checkout without app files is none.
    pub(crate) fn place_if_any(&self) -> Result<Option<Place<'_>>, Error> {
        let Some(home) = self.home.as_ref().filter(|home| home.has_apps()) else { return Ok(None) };
        let Some(checkout) = Checkout::around(&home.root)? else { return Ok(None) };
        if !is_same(&home.root, checkout.root()).map_err(Error::Here)? {
            return Err(HomeError::NotOnTop { root: home.root.clone() }.into());
        }
        Ok(Some(Place { home, checkout }))
    }

    /// Who asks, as git knows them. Without git there is no name to give; the daemon then signs for itself.
    pub(crate) fn author(&self) -> Result<Option<String>, Error> {
        let here = std::env::current_dir().map_err(Error::Here)?;
        Ok(git::configured_author(&here).unwrap_or_default())
    }

    /// That the cluster has no such app, and which may have been meant.
    pub(crate) async fn unknown_app(&self, app: &AppId) -> Error {
        match self.client.status(None).await {
            Ok(all) => AppNameError::unknown(app, all.apps.iter().map(|view| &view.id)).into(),
            Err(error) => error.into(),
        }
    }

    /// A command line for the same cluster, for hints.
    pub(crate) fn command(&self, rest: &str) -> String {
        let flag = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!(" --{name} {value}")).unwrap_or_default()
        };
        format!("shipctl {rest}{}{}", flag("url", &self.flags.url), flag("context", &self.flags.context))
    }
}

fn is_same(a: &std::path::Path, b: &std::path::Path) -> io::Result<bool> {
    Ok(a.canonicalize()? == b.canonicalize()?)
}
