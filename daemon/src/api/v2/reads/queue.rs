//! `GET /v2/queue` (marathon-v2, section 8.5). The scheduler is asked anew for each app, away from the threads that
//! serve.

use super::json;
use crate::api::Api;
use crate::api::aside::aside;
use crate::api::v2::params::Params;
use crate::api::v2::problem::Problem;
use crate::clock;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

/// Pauses are told by the clock, so an answer holds for its moment only.
pub(super) async fn list(State(api): State<Api>, params: Params) -> Result<Response, Problem> {
    let cluster = api.master.snapshot();
    let with_offers = params.all("embed").any(|word| word == "lastUnusedOffers");
    let answer = move || json(&json!({ "queue": cluster.marathon_queue(with_offers, clock::now()) }));
    Ok(aside(answer).await?)
}
