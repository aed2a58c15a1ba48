//! What the tasks of an app, or one task, print: one JSON object a line, in the order of their moments. With `follow`,
//! tasks that start later join in.

mod merge;
mod reading;

use super::input::Query;
use super::reads::no_app;
use super::tasks::find;
use super::{Api, Refusal};
use crate::clock;
use crate::master::links::{CannotAsk, LogsError};
use crate::runtime::LogsQuery;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use futures_util::StreamExt;
use reading::{Reading, Subject};
use serde::Deserialize;
use ship_core::cluster::Cluster;
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::{LogLine, Since};
use std::convert::Infallible;

/// Lines that wait together leave together.
const LINES_AT_ONCE: usize = 64;

/// At least one of `app` and `task`.
#[derive(Deserialize)]
pub(super) struct Wish {
    app: Option<AppId>,
    /// In full.
    task: Option<String>,
    #[serde(default)]
    follow: bool,
    /// Of each task.
    tail: Option<u32>,
    since: Option<String>,
}

pub(super) async fn logs(State(api): State<Api>, Query(wish): Query<Wish>) -> Result<impl IntoResponse, Refusal> {
    let since = wish.since.as_deref().map(moment).transpose()?;
    let query = LogsQuery { follow: wish.follow, tail: wish.tail, since };
    let subject = subject(&api.master.snapshot(), wish)?;
    let stop = api.stop.clone();
    let mut reading = Reading::new(api, subject, query);
    reading.begin().await.map_err(|err| unreadable(&err))?;
    let lines = reading.lines().take_until(stop.cancelled_owned());
    let chunks = lines.ready_chunks(LINES_AT_ONCE).map(|lines| Ok::<_, Infallible>(encode(&lines)));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(chunks)))
}

fn subject(cluster: &Cluster, wish: Wish) -> Result<Subject, Refusal> {
    if let Some(app) = &wish.app
        && cluster.spec(app).is_none()
    {
        return Err(no_app(app));
    }
    match (wish.app, wish.task.map(TaskId::new)) {
        (None, None) => Err(Refusal::new(StatusCode::BAD_REQUEST, "`app` or `task` must say whose log is meant")),
        (Some(app), None) => Ok(Subject::App(app)),
        (app, Some(id)) => {
            let task = find(cluster, &id)?;
            match app.filter(|app| *app != task.app) {
                Some(app) => Err(Refusal::new(StatusCode::NOT_FOUND, format!("`{id}` is no task of `{app}`"))),
                None => Ok(Subject::Task(id)),
            }
        }
    }
}

fn moment(text: &str) -> Result<jiff::Timestamp, Refusal> {
    let since: Since = text.parse().map_err(|err| {
        Refusal::new(StatusCode::BAD_REQUEST, format!("`since={text}` is neither a moment nor a span: {err}"))
    })?;
    Ok(since.moment(clock::now()))
}

fn unreadable(err: &LogsError) -> Refusal {
    let status = match err {
        LogsError::CannotAsk(CannotAsk::TooOld(_)) => StatusCode::CONFLICT,
        LogsError::CannotAsk(CannotAsk::NotLinked(_)) | LogsError::Unanswered(_) | LogsError::Refused(_) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    Refusal::new(status, format!("no log can be read: {err}"))
}

fn encode(lines: &[LogLine]) -> Bytes {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line).expect("a line has string keys and writes to memory");
        text.push(b'\n');
    }
    text.into()
}
