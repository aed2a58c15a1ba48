//! Where a verb pushes to: the repository of the cluster, whatever the remotes are called.

use crate::client::{Client, is_loopback};
use crate::error::Error;
use crate::git::{Checkout, GitError, Push};
use reqwest::Url;
use ship_core::model::CommitId;
use ship_core::plan::Fingerprint;
use ship_core::protocol::{Info, SourceKind};

pub(crate) struct Target {
    repo: String,
    branch: String,
    kind: SourceKind,
}

/// How HEAD stands to the branch that deploys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Same,
    /// HEAD has commits that the branch does not have.
    Ahead,
    /// The branch has commits that HEAD does not have.
    Behind,
}

/// What the cluster is asked beside taking the commit.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct PushOptions<'a> {
    /// Refuse if this is no longer the plan.
    pub(crate) plan: Option<&'a Fingerprint>,
    /// Most apps may go.
    pub(crate) prune: bool,
}

impl PushOptions<'_> {
    fn texts(&self) -> Vec<String> {
        let plan = self.plan.map(|fingerprint| format!("ship.plan={fingerprint}"));
        let prune = self.prune.then(|| "ship.prune=yes".to_owned());
        plan.into_iter().chain(prune).chain(["ship.wait=none".to_owned()]).collect()
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("the cluster follows a repository that it does not write to: push your commit there")]
    NotWritable { branch: String },
}

impl Target {
    pub(crate) async fn of(client: &Client) -> Result<Self, Error> {
        let Info { repo, branch, source, version: _ } = client.info().await?;
        match repo {
            Some(repo) => Ok(Self { repo, branch, kind: source }),
            None => Err(TargetError::NotWritable { branch }.into()),
        }
    }

    /// How the checkout's HEAD stands to the branch.
    pub(crate) fn standing(&self, checkout: &Checkout, head: &CommitId) -> Result<Standing, GitError> {
        Ok(match self.way().tip(checkout)? {
            None => Standing::Ahead,
            Some(tip) if tip == *head => Standing::Same,
            Some(tip) if checkout.is_ancestor(&tip, head)? => Standing::Ahead,
            Some(_) => Standing::Behind,
        })
    }

    /// Pushes HEAD without waiting for the rollout.
    pub(crate) fn push(&self, checkout: &Checkout, options: PushOptions<'_>) -> Result<Vec<String>, GitError> {
        let options = match self.kind {
            SourceKind::Hosted => options.texts(),
            // Not served by shipd: nobody there knows our options.
            SourceKind::Watched | SourceKind::Upstream => Vec::new(),
        };
        self.way().push(checkout, &options)
    }

    /// The command that brings a checkout up to the branch.
    pub(crate) fn pull_command(&self) -> String {
        format!("git pull --rebase {} {}", self.repo, self.branch)
    }

    /// The command that pushes any commit under the promise of a plan.
    pub(crate) fn push_command(&self, commit: &str, plan: &Fingerprint) -> String {
        format!("git push -o ship.plan={plan} {} {commit}:refs/heads/{}", self.repo, self.branch)
    }

    fn way(&self) -> Push<'_> {
        let local = Url::parse(&self.repo).is_ok_and(|url| is_loopback(&url));
        Push { repo: &self.repo, branch: &self.branch, local }
    }
}
