//! A deployment's events as a stream of server-sent events.

use super::deployments::{find, no_deployment};
use super::input::Path;
use super::{Api, Refusal};
use crate::master::Followed;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt};
use std::convert::Infallible;
use std::time::Duration;

/// Readers and proxies are promised a line at least every ten seconds.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Each event carries its number as id, so a client that was cut off goes on with `Last-Event-ID`.
pub(super) async fn follow(
    State(api): State<Api>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let last_seen = headers.get("last-event-id").and_then(|number| number.to_str().ok()?.parse().ok());
    let id = find(&api.master.snapshot(), &id)?.id.clone();
    let followed = api.master.follow_after(&id, last_seen).ok_or_else(|| no_deployment(id.as_str()))?;
    let events = followed.map(|seen| Ok(message(seen)));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here")))
}

fn message(seen: Followed) -> Event {
    match seen {
        Followed::Event { number, event } => {
            let text = serde_json::to_string(&*event).expect("an event has string keys and writes to memory");
            Event::default().id(number.to_string()).data(text)
        }
        Followed::CutOff => Event::default().comment("cut off: read too slowly; resume with Last-Event-ID"),
    }
}
