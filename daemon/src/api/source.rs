//! What the API asks of git: where the desired state comes from, and how to change it.

use super::Refusal;
use crate::git::{Change, Edition, WriteError};
use async_trait::async_trait;
use ship_core::model::{AppId, CommitId, GroupId, Wanted};
use ship_core::plan::Plan;
use ship_core::protocol::{Apply, CommitRef, HistoryEntry, Restart, Rollback, Scale, SourceKind};

#[async_trait]
pub trait Source: Send + Sync + 'static {
    fn kind(&self) -> SourceKind;

    /// Where to clone from and push to, as seen by a client that reached the daemon as `host` (`HOST:PORT`).
    /// `None` if the daemon follows a repository it may not write to.
    fn clone_url(&self, host: &str) -> Option<String>;

    /// The branch that deploys.
    fn branch(&self) -> &str;

    /// Why a newer commit, or the repository itself, could not be taken over; in words.
    fn problem(&self) -> Option<String>;

    /// The commits that changed this app, or any, the newest first.
    async fn history(&self, app: Option<AppId>, limit: usize) -> Result<Vec<HistoryEntry>, Refusal>;

    /// Versions of an app, or of a group with all below it, the newest first.
    async fn versions(&self, path: GroupId) -> Result<Vec<Edition>, Refusal>;

    /// All that a commit of the repository asks for; `None` if it has mistakes.
    async fn wanted_at(&self, commit: CommitId) -> Result<Option<Wanted>, Refusal>;

    /// Makes a commit that the repository has already the tip of the deploy branch.
    async fn apply(&self, apply: Apply) -> Result<CommitRef, Refusal>;

    /// What that would do.
    async fn plan(&self, commit: String) -> Result<Plan, Refusal>;

    /// Commits what a client of `/v2` asks for.
    async fn change(&self, change: Change) -> Result<CommitRef, WriteError>;

    /// What would come of it.
    async fn rehearse(&self, change: Change) -> Result<Plan, WriteError>;

    /// Writes the new number into the app's file and commits that.
    async fn scale(&self, scale: Scale) -> Result<CommitRef, Refusal>;

    /// Writes the present moment into the app's file and commits that.
    async fn restart(&self, restart: Restart) -> Result<CommitRef, Refusal>;

    /// Writes files of apps as they were before, and commits that.
    async fn rollback(&self, rollback: Rollback) -> Result<CommitRef, Refusal>;
}
