//! What Marathon says of itself: `/`, `/ping`, `/v2/info`, `/v2/leader`, `/v2/plugins`, `/logging` (marathon-v2, section 8.6).

mod info;
mod logging;

use super::super::Api;
use super::accept::weight;
use super::headers::host;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

pub(super) fn router() -> Router<Api> {
    Router::new()
        .route("/", get(start))
        .route("/ping", get(ping))
        .route("/v2/info", get(info::info))
        .route("/v2/leader", get(leader).delete(abdicate))
        .route("/v2/plugins", get(plugins))
        .route("/logging", get(logging::levels).post(logging::set))
}

/// Where Marathon has a user interface there is a page about the API.
async fn start() -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, "/docs")])
}

/// Answered by whoever is asked, from nothing but its being there.
async fn ping(headers: HeaderMap) -> Response {
    let (text, json) = (weight(&headers, "text/plain"), weight(&headers, "application/json"));
    match () {
        () if text > 0.0 && text >= json => "pong".into_response(),
        () if json > 0.0 => Json("pong").into_response(),
        () => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn leader(headers: HeaderMap) -> Json<Value> {
    Json(json!({ "leader": host(&headers) }))
}

/// There is one master, so it leads again at once. What others see of a change is that streams end.
async fn abdicate(State(api): State<Api>) -> Json<Value> {
    api.events.end_streams();
    Json(json!({ "message": "Leadership abdicated" }))
}

async fn plugins() -> Json<Value> {
    Json(json!({ "plugins": [] }))
}
