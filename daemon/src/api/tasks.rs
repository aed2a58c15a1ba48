//! Tasks, found by their ids, and what their agents refuse.

use super::Refusal;
use crate::wire::agents::refusal::Kind;
use axum::http::StatusCode;
use ship_core::cluster::{Cluster, TaskRecord};
use ship_core::model::TaskId;
use std::sync::Arc;

/// A task that is there, at whatever stage.
pub(super) fn find<'a>(cluster: &'a Cluster, id: &TaskId) -> Result<&'a Arc<TaskRecord>, Refusal> {
    cluster.task(id).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, format!("there is no task `{id}` (any more)"))
            .hint("`shipctl status` lists the tasks of each app; with a task goes all that its container held")
    })
}

/// What an agent refuses, as HTTP has it.
pub(super) fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::UnknownTask | Kind::NoFile => StatusCode::NOT_FOUND,
        Kind::NotRunning => StatusCode::CONFLICT,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::BadPath => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Failed => StatusCode::SERVICE_UNAVAILABLE,
    }
}
