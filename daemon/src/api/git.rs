//! Git as the API's source.

use super::{Refusal, Source};
use crate::git::{Change, Edition, Git, WriteError};
use async_trait::async_trait;
use axum::http::StatusCode;
use ship_core::model::{AppId, CommitId, GroupId, Wanted};
use ship_core::plan::Plan;
use ship_core::protocol::{Apply, CommitRef, HistoryEntry, Restart, Rollback, Scale, SourceKind};
use std::error::Error;

#[async_trait]
impl Source for Git {
    fn kind(&self) -> SourceKind {
        Git::kind(self)
    }

    fn clone_url(&self, host: &str) -> Option<String> {
        match Git::kind(self) {
            SourceKind::Hosted => Some(format!("http://{host}/repo.git")),
            SourceKind::Watched | SourceKind::Upstream => None,
        }
    }

    fn branch(&self) -> &str {
        Git::branch(self)
    }

    fn problem(&self) -> Option<String> {
        self.view().problem
    }

    async fn history(&self, app: Option<AppId>, limit: usize) -> Result<Vec<HistoryEntry>, Refusal> {
        Git::history(self, app, limit).await.map_err(Refusal::from)
    }

    async fn versions(&self, path: GroupId) -> Result<Vec<Edition>, Refusal> {
        Git::versions(self, path).await.map_err(Refusal::from)
    }

    async fn wanted_at(&self, commit: CommitId) -> Result<Option<Wanted>, Refusal> {
        Git::wanted_at(self, commit).await.map_err(Refusal::from)
    }

    async fn apply(&self, apply: Apply) -> Result<CommitRef, Refusal> {
        Git::apply(self, apply).await.map_err(Refusal::from)
    }

    async fn plan(&self, commit: String) -> Result<Plan, Refusal> {
        Git::plan(self, commit).await.map_err(Refusal::from)
    }

    async fn change(&self, change: Change) -> Result<CommitRef, WriteError> {
        Git::change(self, change).await
    }

    async fn rehearse(&self, change: Change) -> Result<Plan, WriteError> {
        Git::rehearse(self, change).await
    }

    async fn scale(&self, scale: Scale) -> Result<CommitRef, Refusal> {
        Git::scale(self, scale).await.map_err(Refusal::from)
    }

    async fn restart(&self, restart: Restart) -> Result<CommitRef, Refusal> {
        Git::restart(self, restart).await.map_err(Refusal::from)
    }

    async fn rollback(&self, rollback: Rollback) -> Result<CommitRef, Refusal> {
        Git::rollback(self, rollback).await.map_err(Refusal::from)
    }
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        let status = match error {
            WriteError::NoApp { .. }
            | WriteError::NoGroup { .. }
            | WriteError::NoBranch(_)
            | WriteError::NoCommit { .. }
            | WriteError::NotThen { .. } => StatusCode::NOT_FOUND,
            WriteError::ReadOnly { .. }
            | WriteError::Exists { .. }
            | WriteError::OtherKind { .. }
            | WriteError::Locked { .. }
            | WriteError::TooMany
            | WriteError::Busy
            | WriteError::NotInHistory { .. }
            | WriteError::NothingBefore { .. }
            | WriteError::Taken { .. }
            | WriteError::OtherFolder { .. }
            | WriteError::Stale { .. }
            | WriteError::Policy { .. } => StatusCode::CONFLICT,
            WriteError::Author { .. }
            | WriteError::Edit { .. }
            | WriteError::Text { .. }
            | WriteError::NoTarget
            | WriteError::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            WriteError::Read(_) | WriteError::Git(_) | WriteError::Commit(_) | WriteError::Cut(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        let refusal = Self::new(status, format!("{error}{cause}"));
        let refusal = match hint(&error) {
            Some(hint) => refusal.hint(hint),
            None => refusal,
        };
        if let WriteError::Refused { lines, .. } | WriteError::Policy { lines } | WriteError::Stale { lines } = error {
            return refusal.details(lines);
        }
        refusal
    }
}

/// What to do about it, where the message does not say.
fn hint(error: &WriteError) -> Option<&'static str> {
    match error {
        WriteError::Policy { .. } => Some("if that is intended, allow it: `shipctl rollback COMMIT --prune`"),
        WriteError::Stale { .. } => Some("look at the new plan, then apply that"),
        WriteError::NoCommit { .. } | WriteError::NotInHistory { .. } | WriteError::NotThen { .. } => {
            Some("`shipctl history` lists the commits to go back to")
        }
        WriteError::NothingBefore { .. } => Some("to remove the app, remove its file"),
        WriteError::Taken { .. } => Some("move one of them in a commit of your own"),
        WriteError::OtherFolder { .. } => Some("restore the files in a commit of your own"),
        WriteError::NoApp { .. } => Some("`shipctl status` lists the apps of this cluster"),
        WriteError::NoBranch(_) => Some("push the first commit"),
        WriteError::ReadOnly { .. }
        | WriteError::NoGroup { .. }
        | WriteError::Exists { .. }
        | WriteError::OtherKind { .. }
        | WriteError::Locked { .. }
        | WriteError::TooMany
        | WriteError::Text { .. }
        | WriteError::Author { .. }
        | WriteError::Edit { .. }
        | WriteError::NoTarget
        | WriteError::Refused { .. }
        | WriteError::Busy
        | WriteError::Read(_)
        | WriteError::Git(_)
        | WriteError::Commit(_)
        | WriteError::Cut(_) => None,
    }
}
