//! Events as streams of server-sent events: a deployment's, or all.

use super::deployments::{find, no_deployment};
use super::input::{Path, Query};
use super::{Api, Refusal};
use crate::master::Followed;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;

/// Readers and proxies are promised a line at least every ten seconds.
const HEARTBEAT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
pub(super) struct Position {
    since: Option<u64>,
    /// `false` = up to now.
    follow: Option<bool>,
}

/// A deployment from its beginning, or from where a reader was cut off.
pub(super) async fn follow(
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let id = find(&api.master.snapshot(), &id)?.id.clone();
    let followed = api.master.follow_after(&id, last_seen(&headers)).ok_or_else(|| no_deployment(id.as_str()))?;
    Ok(sent(followed))
}

/// All events, after `Last-Event-ID` or `since`; without either those to come, or all that are kept if none is
/// waited for.
pub(super) async fn events(
    State(api): State<Api>,
    Query(Position { since, follow }): Query<Position>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let after = last_seen(&headers).or(since);
    sent(match follow {
        Some(false) => stream::iter(api.master.past(after.unwrap_or(0))).left_stream(),
        Some(true) | None => api.master.tail(after).right_stream(),
    })
}

/// Each event carries its number as id, so a client that was cut off goes on with `Last-Event-ID`.
fn last_seen(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

fn sent(followed: impl Stream<Item = Followed> + Send + 'static) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = followed.map(|seen| Ok(message(seen)));
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here"))
}

fn message(seen: Followed) -> Event {
    match seen {
        Followed::Event { number, event } => {
            let text = serde_json::to_string(&*event).expect("an event has string keys and writes to memory");
            Event::default().id(number.to_string()).data(text)
        }
        Followed::Missed { before } => Event::default().comment(format!("missed: none before {before} is kept")),
        Followed::CutOff => Event::default().comment("cut off: read too slowly; resume with Last-Event-ID"),
    }
}
