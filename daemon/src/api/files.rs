//! Files of tasks' sandboxes: listed, and read in part or whole.

use super::input::{Path, Query};
use super::tasks::{find, status_of};
use super::{Api, Refusal};
use crate::master::links::{CannotAsk, FilesError};
use crate::wire::agents::Range;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::StreamExt;
use serde::Deserialize;
use ship_core::cluster::TaskPhase;
use ship_core::model::{AgentId, TaskId};
use ship_core::protocol::{FILE_SIZE_HEADER, FileListing};
use std::convert::Infallible;

#[derive(Deserialize)]
pub(super) struct Place {
    /// From the sandbox on.
    #[serde(default)]
    path: String,
}

#[derive(Deserialize)]
pub(super) struct Piece {
    path: String,
    #[serde(default)]
    offset: u64,
    /// At most so many bytes.
    length: Option<u64>,
}

pub(super) async fn list(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(Place { path }): Query<Place>,
) -> Result<Json<FileListing>, Refusal> {
    let task = TaskId::new(id);
    let agent = agent(&api, &task, &path)?;
    api.links.files(&agent, &task, path).await.map(Json).map_err(|err| refusal(&err))
}

/// As many bytes as there are now; what is written meanwhile is read by asking again from where this ended.
pub(super) async fn content(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(Piece { path, offset, length }): Query<Piece>,
) -> Result<impl IntoResponse, Refusal> {
    let task = TaskId::new(id);
    let agent = agent(&api, &task, &path)?;
    let content = api.links.file(&agent, &task, path, Range { offset, length }).await.map_err(|err| refusal(&err))?;
    let there = length.unwrap_or(u64::MAX).min(content.size.saturating_sub(offset));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        // A body that ends before is an error for every client.
        (header::CONTENT_LENGTH, there.to_string()),
        (HeaderName::from_static(FILE_SIZE_HEADER), content.size.to_string()),
        // What a task wrote is nothing that a browser should make a page of.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
    ];
    let bytes = content.bytes.map(|bytes| Ok::<_, Infallible>(Bytes::from(bytes)));
    Ok((headers, Body::from_stream(bytes.take_until(api.stop.clone().cancelled_owned()))))
}

fn agent(api: &Api, id: &TaskId, path: &str) -> Result<AgentId, Refusal> {
    if path.contains('\0') {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "`path` has a NUL in it, which no path has"));
    }
    let cluster = api.master.snapshot();
    let task = find(&cluster, id)?;
    match task.phase {
        TaskPhase::Staging => {
            Err(Refusal::new(StatusCode::CONFLICT, format!("task `{id}` does not run yet, and has no files")))
        }
        TaskPhase::Running { .. } | TaskPhase::Killing { .. } => Ok(task.agent.clone()),
    }
}

fn refusal(err: &FilesError) -> Refusal {
    let status = match err {
        FilesError::CannotAsk(CannotAsk::TooOld(_)) => StatusCode::CONFLICT,
        FilesError::CannotAsk(CannotAsk::NotLinked(_)) | FilesError::Unanswered(_) => StatusCode::SERVICE_UNAVAILABLE,
        FilesError::Odd(_) => StatusCode::BAD_GATEWAY,
        FilesError::Refused(refusal) => status_of(refusal.kind()),
    };
    Refusal::new(status, err.to_string())
}
