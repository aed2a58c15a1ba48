//! The output of all tasks of an app, one JSON object a line. With `follow`, tasks that start later join in.

use super::input::Query;
use super::reads::no_app;
use super::{Api, Refusal};
use crate::master::links::LogsError;
use crate::runtime::LogsQuery;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use futures_util::future::join_all;
use futures_util::stream::{self, BoxStream, SelectAll};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use ship_core::cluster::{TaskPhase, TaskRecord};
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::LogLine;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch;

/// Lines that wait together leave together.
const LINES_AT_ONCE: usize = 64;

#[derive(Deserialize)]
pub(super) struct Wish {
    app: AppId,
    #[serde(default)]
    follow: bool,
    tail: Option<u32>,
}

pub(super) async fn logs(State(api): State<Api>, Query(wish): Query<Wish>) -> Result<impl IntoResponse, Refusal> {
    if api.master.snapshot().spec(&wish.app).is_none() {
        return Err(no_app(&wish.app));
    }
    let stop = api.stop.clone();
    let mut reading = Reading::new(api, wish);
    let failures = reading.open(reading.wish.tail).await;
    if let (true, Some(reason)) = (reading.sources.is_empty(), failures.first()) {
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, format!("no log can be read: {reason}")));
    }
    let lines = reading.lines().take_until(stop.cancelled_owned());
    let chunks = lines.ready_chunks(LINES_AT_ONCE).map(|lines| Ok::<_, Infallible>(encode(&lines)));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(chunks)))
}

struct Reading {
    api: Api,
    wish: Wish,
    tried: BTreeSet<TaskId>,
    sources: SelectAll<BoxStream<'static, LogLine>>,
    news: watch::Receiver<u64>,
}

impl Reading {
    fn new(api: Api, wish: Wish) -> Self {
        let news = api.master.news();
        Self { api, wish, tried: BTreeSet::new(), sources: SelectAll::new(), news }
    }

    /// Opens the log of every task that has one and was not tried yet; returns why some could not be.
    async fn open(&mut self, tail: Option<u32>) -> Vec<LogsError> {
        self.news.borrow_and_update();
        let cluster = self.api.master.snapshot();
        let query = LogsQuery { follow: self.wish.follow, tail };
        let links = &self.api.links;
        let new = cluster.tasks_of(&self.wish.app).filter(|task| has_log(task) && !self.tried.contains(&task.id));
        let asked = new.map(|task| async move { (task.id.clone(), links.logs(&task.agent, &task.id, query).await) });
        let mut failures = Vec::new();
        for (task, answer) in join_all(asked).await {
            match answer {
                Ok(lines) => self.sources.push(lines.boxed()),
                Err(err) => {
                    tracing::debug!(%task, %err, "cannot read a log");
                    failures.push(err);
                }
            }
            self.tried.insert(task);
        }
        failures
    }

    fn lines(self) -> impl Stream<Item = LogLine> + Send {
        stream::unfold(self, |mut reading| async move { reading.next().await.map(|line| (line, reading)) })
    }

    async fn next(&mut self) -> Option<LogLine> {
        if !self.wish.follow {
            return self.sources.next().await;
        }
        loop {
            tokio::select! {
                Some(line) = self.sources.next() => return Some(line),
                news = self.news.changed() => news.ok()?,
            }
            // A task that starts while we follow is read from its first line.
            self.open(None).await;
        }
    }
}

fn has_log(task: &Arc<TaskRecord>) -> bool {
    match task.phase {
        TaskPhase::Staging => false,
        TaskPhase::Running { .. } | TaskPhase::Killing { .. } => true,
    }
}

fn encode(lines: &[LogLine]) -> Bytes {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line).expect("a line has string keys and writes to memory");
        text.push(b'\n');
    }
    text.into()
}
