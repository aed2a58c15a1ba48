//! `GET /v2/events`: Marathon's events as server-sent events (marathon-v2, sections 8.7 and 9). One translator makes each
//! of them once; readers share what it made, and one that was cut off goes on with `Last-Event-ID`.

mod bus;
mod deployments;
mod frame;
mod message;
mod reader;
mod ring;
mod tasks;
#[cfg(test)]
mod tests;
mod translate;

pub use bus::Bus;

use super::super::Api;
use super::accept;
use super::params::Params;
use super::problem::Problem;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use frame::{EventId, Form, comment};
use ring::Taste;
use std::net::SocketAddr;

const EVENT_STREAM: &str = "text/event-stream";

pub(super) fn router() -> Router<Api> {
    Router::new().route("/v2/events", get(events))
}

/// Those to come, or all after the one that the reader saw last.
async fn events(
    State(api): State<Api>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // Lists and wildcards are as good as the very type.
    if accept::weight(&headers, EVENT_STREAM) <= 0.0 {
        let refusal = Problem::new(StatusCode::NOT_ACCEPTABLE, format!("events are sent as {EVENT_STREAM} alone"));
        return Err(refusal.hint(format!("send `Accept: {EVENT_STREAM}`")));
    }
    let remote = peer.map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(peer))| peer.ip().to_string());
    let (seen, unknown) = match last_seen(&headers) {
        Some(Ok(seen)) => (Some(seen), None),
        Some(Err(text)) => {
            let told = format!("`{}` is no id of this stream; it begins with what comes now", text.escape_default());
            (None, Some(comment(&told)))
        }
        None => (None, None),
    };
    let (next, missed) = api.events.resume(seen);
    let stream = reader::read(api.events, remote, taste(&params), (next, unknown.or(missed)));
    Ok(([(header::CONTENT_TYPE, EVENT_STREAM)], Body::from_stream(stream)).into_response())
}

fn taste(params: &Params) -> Taste {
    let names = params.get("event_type").map(|_| params.all("event_type").map(str::to_owned).collect());
    let light = params.get("plan-format").is_some_and(|format| format.eq_ignore_ascii_case("light"));
    Taste { names, form: if light { Form::Light } else { Form::Heavy } }
}

/// The id that a reader resumes from; the text itself if it is none of ours.
fn last_seen(headers: &HeaderMap) -> Option<Result<EventId, String>> {
    let text = String::from_utf8_lossy(headers.get("last-event-id")?.as_bytes()).into_owned();
    Some(EventId::parse(&text).ok_or(text))
}
