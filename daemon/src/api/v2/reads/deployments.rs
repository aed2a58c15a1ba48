//! `GET /v2/deployments` (marathon-v2, section 5.6).

use super::{from_snapshot, json};
use crate::api::Api;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

/// Those under way, the newest first.
pub(super) async fn list(State(api): State<Api>, headers: HeaderMap) -> Response {
    let snapshot = api.master.published();
    from_snapshot(&snapshot, &headers, || json(&snapshot.cluster.marathon_deployments().collect::<Vec<_>>()))
}
