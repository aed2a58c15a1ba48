//! What every API must do for an answer, and nothing else: values that are at hand are written as JSON and sent. A
//! process of its own, as the master is one.

mod process;

pub(crate) use process::Answering;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt, stream};
use serde_json::Value;
use std::convert::Infallible;
use std::fs;
use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

struct Answers {
    values: Value,
    written: Bytes,
    packed: Bytes,
    /// Frames of an event stream, sent once `released`.
    events: Vec<Bytes>,
    released: watch::Sender<bool>,
}

type Shared = State<Arc<Answers>>;

/// Serves what is in these files, and prints where, until killed.
pub(crate) async fn run(json: &Path, events: &Path) -> Result<()> {
    let written = fs::read(json)?;
    let text = fs::read_to_string(events)?;
    let answers = Answers {
        values: serde_json::from_slice(&written)?,
        packed: packed(&written)?.into(),
        written: written.into(),
        events: text.split_inclusive("\r\n\r\n").map(|frame| Bytes::from(frame.to_owned())).collect(),
        released: watch::Sender::new(false),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(stdout(), "http://{}", listener.local_addr()?)?;
    let router = Router::new()
        .route("/values", get(values))
        .route("/written", get(written_before))
        .route("/events", get(events_once_released))
        .route("/release", post(release))
        .with_state(Arc::new(answers));
    axum::serve(listener, router).await.context("the floor's server ended")
}

/// Written for each request anew.
async fn values(State(answers): Shared, headers: HeaderMap) -> Response {
    let body = serde_json::to_vec(&answers.values).expect("values are JSON");
    match wants_gzip(&headers) {
        true => gzip(packed(&body).expect("memory takes it").into()),
        false => json(body.into()),
    }
}

/// Sent as it is, or not at all to a client that has it.
async fn written_before(State(answers): Shared, headers: HeaderMap) -> Response {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, "\"1\"")]).into_response();
    }
    match wants_gzip(&headers) {
        true => gzip(answers.packed.clone()),
        false => json(answers.written.clone()),
    }
}

async fn events_once_released(State(answers): Shared) -> Response {
    let mut released = answers.released.subscribe();
    let waiting = async move {
        // The sender is among the answers, and they outlive every stream.
        let _ = released.wait_for(|released| *released).await;
        stream::iter(answers.events.clone()).map(Ok::<_, Infallible>)
    };
    let body = Body::from_stream(stream::once(waiting).flatten());
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

async fn release(State(answers): Shared) {
    answers.released.send_replace(true);
}

fn wants_gzip(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_ENCODING).is_some_and(|value| value == "gzip")
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn gzip(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, "gzip")], body).into_response()
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
