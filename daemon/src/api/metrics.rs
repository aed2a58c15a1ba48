//! `/metrics`, and the counting of requests.

use super::aside::aside;
use super::v2::weight;
use super::{Api, Refusal};
use crate::metrics::{Metrics, Stream};
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;

/// Of what has no route: such paths are anything at all.
const NO_ROUTE: &str = "none";
const OPEN_METRICS: &str = "application/openmetrics-text";

/// Counts a request by its route, and how long its answer took to begin.
pub(super) async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let answer = next.run(request).await;
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    metrics.request(known(method.as_str()), route, answer.status().as_u16(), begun.elapsed());
    answer
}

/// A method is any word; made-up ones are one.
fn known(method: &str) -> &str {
    if ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&method) { method } else { "other" }
}

/// Text, or Marathon's JSON for who would rather have that.
pub(super) async fn metrics(State(api): State<Api>, headers: HeaderMap) -> Result<Response, Refusal> {
    let text = weight(&headers, "text/plain").max(weight(&headers, OPEN_METRICS));
    if weight(&headers, "application/json") > text {
        let (cluster, stream) = (api.master.snapshot(), stream(&api));
        return Ok(Json(aside(move || api.metrics.json(&cluster, stream)).await?).into_response());
    }
    prometheus(State(api), headers).await
}

pub(super) async fn prometheus(State(api): State<Api>, headers: HeaderMap) -> Result<Response, Refusal> {
    let (cluster, stream) = (api.master.snapshot(), stream(&api));
    let text = aside(move || api.metrics.text(&cluster, stream)).await?;
    // The older form reads the newer text as well; it is named by the name that its readers know.
    let kind = match weight(&headers, OPEN_METRICS) > weight(&headers, "text/plain") {
        true => HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        false => HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    };
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn stream(api: &Api) -> Stream {
    Stream { readers: api.events.readers() as u64, told: api.events.told() }
}
