//! Marathon's `/v2`, so that its clients work unchanged (marathon-v2, section 8). Reads come from the published
//! snapshot; every write is a commit. What Marathon has no word for is `/v1`.

#![expect(dead_code, reason = "the routes that use these come one after the other")]

mod body;
mod headers;
mod params;
mod path;
mod problem;

use super::Api;
use axum::Router;
use axum::middleware;

/// All routes below `/v2`, with Marathon's headers on every answer.
pub(super) fn router() -> Router<Api> {
    Router::new().layer(middleware::from_fn(headers::of_marathon))
}
