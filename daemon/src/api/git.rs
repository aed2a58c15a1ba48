//! Git as the API's source.

use super::{Refusal, Source};
use crate::git::{Git, ScaleError};
use async_trait::async_trait;
use axum::http::StatusCode;
use ship_core::protocol::{CommitRef, Scale, SourceKind};
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

    async fn scale(&self, scale: Scale) -> Result<CommitRef, Refusal> {
        Git::scale(self, scale).await.map_err(Refusal::from)
    }
}

impl From<ScaleError> for Refusal {
    fn from(error: ScaleError) -> Self {
        let status = match error {
            ScaleError::NoApp { .. } => StatusCode::NOT_FOUND,
            ScaleError::ReadOnly { .. } | ScaleError::Busy => StatusCode::CONFLICT,
            ScaleError::Author { .. } | ScaleError::Edit { .. } | ScaleError::Refused { .. } => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            ScaleError::Git(_) | ScaleError::Commit(_) | ScaleError::Cut(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        let refusal = Self::new(status, format!("{error}{cause}"));
        if let ScaleError::Refused { lines } = error { refusal.details(lines) } else { refusal }
    }
}
