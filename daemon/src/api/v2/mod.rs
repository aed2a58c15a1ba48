//! Marathon's `/v2`, so that its clients work unchanged (marathon-v2, section 8). Reads come from the published
//! snapshot; every write is a commit. What Marathon has no word for is `/v1`.

mod accept;
mod body;
mod compress;
pub(super) mod events;
mod headers;
pub(super) mod params;
mod path;
mod pod_path;
mod problem;
mod reads;
mod server;
mod writes;

pub(super) use accept::weight;

use super::Api;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::any;

/// A group of some thousand apps.
const BODY_BYTES_MAX: usize = 16 << 20;

/// All routes below `/v2`, with Marathon's headers on every answer.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .merge(events::router())
        .merge(reads::router())
        .merge(server::router())
        .merge(writes::router())
        .route("/v2/{*rest}", any(problem::nothing_there))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(headers::of_marathon))
        .layer(compress::layer())
}
