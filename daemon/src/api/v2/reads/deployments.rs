//! `GET /v2/deployments` (marathon-v2, section 5.6).

use super::{aside_from_snapshot, json};
use crate::api::Api;
use crate::api::v2::problem::Problem;
use crate::master::Snapshot;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// Those under way, the newest first. One of them may be of ten thousand apps.
pub(super) async fn list(State(api): State<Api>, headers: HeaderMap) -> Result<Response, Problem> {
    let answer = |snapshot: &Arc<Snapshot>| json(&snapshot.cluster.marathon_deployments().collect::<Vec<_>>());
    aside_from_snapshot(api.master.published(), &headers, answer).await
}
