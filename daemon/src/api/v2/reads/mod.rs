//! Everything that `/v2` answers about apps, tasks and deployments. Always from one published snapshot; long lists
//! are written while they are read.

mod apps;
mod deployments;
mod etag;
mod groups;
mod list;
mod pods;
mod queue;
mod tasks;
mod versions;
mod writer;

use super::problem::Problem;
use crate::api::Api;
use crate::api::aside::aside;
use crate::master::Snapshot;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use std::sync::Arc;

/// Everything that changes nothing.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .route("/v2/apps", get(apps::list))
        .route("/v2/apps/{*rest}", get(apps::get))
        .route("/v2/deployments", get(deployments::list))
        .route("/v2/groups", get(groups::root))
        .route("/v2/groups/{*rest}", get(groups::get))
        .route("/v2/pods", get(pods::list))
        .route("/v2/pods/{*rest}", get(pods::get))
        .route("/v2/queue", get(queue::list))
        .route("/v2/tasks", get(tasks::list))
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer that is small enough to be written at once.
fn json(value: &impl Serialize) -> Response {
    let body = serde_json::to_vec(value).expect("Marathon's shapes have string keys and write to memory");
    ([(header::CONTENT_TYPE, JSON)], body).into_response()
}

/// What follows from the snapshot and nothing else: a client that has it already is told just that.
fn from_snapshot(snapshot: &Snapshot, headers: &HeaderMap, answer: impl FnOnce() -> Response) -> Response {
    form_from_snapshot(snapshot, "", headers, answer)
}

/// The same of an answer that is one of two forms: who has the other has not this one.
fn form_from_snapshot(
    snapshot: &Snapshot,
    form: &str,
    headers: &HeaderMap,
    answer: impl FnOnce() -> Response,
) -> Response {
    let tag = etag::of(snapshot, form);
    match etag::is_among(&tag, headers) {
        true => etag::unchanged(tag),
        false => etag::tagged(tag, answer()),
    }
}

/// The same for what cannot be written in pieces, away from the threads that serve.
async fn aside_from_snapshot(
    snapshot: Arc<Snapshot>,
    headers: &HeaderMap,
    answer: impl FnOnce(&Arc<Snapshot>) -> Response + Send + 'static,
) -> Result<Response, Problem> {
    let tag = etag::of(&snapshot, "");
    match etag::is_among(&tag, headers) {
        true => Ok(etag::unchanged(tag)),
        false => Ok(etag::tagged(tag, aside(move || answer(&snapshot)).await?)),
    }
}
