//! Git: where the desired state comes from. A hosted repository that people push to, a repository on disk
//! that is watched, or a remote that is followed.
//!
//! [`Git`] is the handle for the rest of the daemon, [`Work`] the loops behind it.

mod branch;
mod command;
mod desire;
mod desired;
mod history;
pub mod hook;
mod http;
mod locks;
mod open;
mod push;
mod reading;
mod repository;
mod request_body;
mod reverts;
mod service;
mod states;
mod turns;
mod upstream;
mod versions;
mod watch;
mod webhook;
mod write;

pub use desire::{Desire, Rollout};
pub use open::{GitError, POLL_EVERY, Setup, Source, Work, open};
pub use repository::{CreateError, RepositoryError};
pub use versions::Edition;
pub use write::{Change, DEPLOYMENTS_MAX, Fields, Op, Scaling, WriteError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use desired::Desired;
use ship_core::model::{AppId, CommitId, DeploymentId, GroupId, Wanted};
use ship_core::plan::Plan;
use ship_core::protocol::{Apply, CommitRef, HistoryEntry, Restart, Rollback, Scale, SourceKind, SourceView};
use std::sync::Arc;
use write::{Wish, Written};

/// The largest push that is taken.
pub const PACK_BYTES_MAX: u64 = 512 << 20;

/// The source of the desired state. A copy is another handle to the same one.
#[derive(Clone)]
pub struct Git {
    inner: Arc<Inner>,
}

struct Inner {
    desired: Arc<Desired>,
    origin: Origin,
    webhook_secret: Option<String>,
}

enum Origin {
    Hosted(Arc<http::Hosting>),
    Watched,
    Upstream(Arc<upstream::Upstream>),
}

impl Git {
    /// `/repo.git`, if the repository is hosted here, and `/v1/hooks/git`.
    pub fn router(&self) -> Router {
        let webhook = Router::new()
            .route("/v1/hooks/git", post(webhook::receive))
            .layer(DefaultBodyLimit::max(webhook::BODY_BYTES_MAX))
            .with_state(self.clone());
        match &self.inner.origin {
            Origin::Hosted(hosting) => webhook.merge(http::router(hosting.clone())),
            Origin::Watched | Origin::Upstream(_) => webhook,
        }
    }

    #[must_use]
    pub fn kind(&self) -> SourceKind {
        match self.inner.origin {
            Origin::Hosted(_) => SourceKind::Hosted,
            Origin::Watched => SourceKind::Watched,
            Origin::Upstream(_) => SourceKind::Upstream,
        }
    }

    /// The branch that deploys.
    #[must_use]
    pub fn branch(&self) -> &str {
        self.inner.desired.branch.name()
    }

    /// What is wanted, and why it is not newer.
    #[must_use]
    pub fn view(&self) -> SourceView {
        let unreachable = match &self.inner.origin {
            Origin::Upstream(upstream) => upstream.problem(),
            Origin::Hosted(_) | Origin::Watched => None,
        };
        let problem = unreachable.or_else(|| self.inner.desired.problem());
        SourceView {
            kind: self.kind(),
            commit: self.inner.desired.master.commit(),
            problem: problem.map(|text| String::clone(&text)),
        }
    }

    /// The commits that changed this app, or any, the newest first, and how each ended.
    pub async fn history(&self, app: Option<AppId>, limit: usize) -> Result<Vec<HistoryEntry>, WriteError> {
        let question = history::Question { app, limit };
        self.look(move |desired| history::history(desired, &question)).await
    }

    /// Of an app, or of a group with all below it, the newest first.
    pub async fn versions(&self, path: GroupId) -> Result<Vec<Edition>, WriteError> {
        self.look(move |desired| versions::versions(desired, &path)).await
    }

    /// All that a commit of the repository asks for; `None` if it has mistakes.
    pub async fn wanted_at(&self, commit: CommitId) -> Result<Option<Wanted>, WriteError> {
        self.look(move |desired| versions::wanted_at(desired, &commit)).await
    }

    /// Reads the repository away from the threads that serve.
    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desired) -> Result<T, WriteError> + Send + 'static,
    ) -> Result<T, WriteError> {
        let desired = self.inner.desired.clone();
        let looking = tokio::task::spawn_blocking(move || work(&desired));
        looking.await.map_err(|err| WriteError::Cut(err.to_string()))?
    }

    /// Commits a new number of instances and hands the commit over.
    pub async fn scale(&self, wish: Scale) -> Result<CommitRef, WriteError> {
        self.write(wish).await
    }

    /// Commits a new moment of restart and hands the commit over.
    pub async fn restart(&self, wish: Restart) -> Result<CommitRef, WriteError> {
        self.write(wish).await
    }

    /// Commits apps as they were before and hands the commit over.
    pub async fn rollback(&self, wish: Rollback) -> Result<CommitRef, WriteError> {
        self.write(wish).await
    }

    /// Makes a commit that is in the repository the tip, and hands it over.
    pub async fn apply(&self, wish: Apply) -> Result<CommitRef, WriteError> {
        self.write(wish).await
    }

    /// What it would do to make this commit the tip. Nothing is changed.
    pub async fn plan(&self, commit: String) -> Result<Plan, WriteError> {
        let wish = Apply { commit, plan: None, prune: true };
        write::rehearse(&self.inner.desired, wish).await
    }

    /// Commits what a client of the REST API asks for and hands the commit over.
    pub async fn change(&self, change: Change) -> Result<CommitRef, WriteError> {
        self.write(change).await
    }

    /// What would come of it. Nothing is changed.
    pub async fn rehearse(&self, change: Change) -> Result<Plan, WriteError> {
        self.may_write(&change)?;
        write::rehearse(&self.inner.desired, change).await
    }

    fn may_write(&self, wish: &impl Wish) -> Result<(), WriteError> {
        match self.read_only() {
            Some(place) => Err(WriteError::ReadOnly { place, by_hand: wish.by_hand() }),
            None => Ok(()),
        }
    }

    async fn write(&self, wish: impl Wish) -> Result<CommitRef, WriteError> {
        self.may_write(&wish)?;
        let commit = match write::write(&self.inner.desired, wish).await? {
            Written::By(commit) => commit,
            Written::Already(commit) => return Ok(CommitRef { commit, deployment: None }),
        };
        let deployment = DeploymentId::new(commit.as_str());
        let known = self.inner.desired.master.follow(&deployment).is_some();
        Ok(CommitRef { commit, deployment: known.then_some(deployment) })
    }

    /// The branch in words, if it is in a repository that others write to.
    fn read_only(&self) -> Option<String> {
        let repo = match &self.inner.origin {
            Origin::Hosted(_) => return None,
            Origin::Watched => self.inner.desired.branch.path().display().to_string(),
            Origin::Upstream(upstream) => upstream.address(),
        };
        Some(format!("the branch `{}` of the repository {repo}", self.branch()))
    }

    fn webhook_secret(&self) -> Option<&str> {
        self.inner.webhook_secret.as_deref()
    }

    /// Has the source looked at soon, without waiting for it.
    fn look_now(&self) {
        match &self.inner.origin {
            Origin::Upstream(upstream) => upstream.pushed.notify_one(),
            Origin::Hosted(_) | Origin::Watched => {
                let desired = self.inner.desired.clone();
                tokio::spawn(async move { desired.catch_up().await });
            }
        }
    }
}
