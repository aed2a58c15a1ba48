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
use futures_util::future::{join_all, ready};
use futures_util::stream::{self, BoxStream, SelectAll};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use ship_core::cluster::{TaskPhase, TaskRecord};
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::LogLine;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

/// How often the log of a task that still runs is opened again after its agent's link broke.
const RETRY: Duration = Duration::from_secs(1);

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
    /// Tasks whose log ended or never began. They may have ended themselves, or only the link to their agent.
    ended: BTreeSet<TaskId>,
    sources: SelectAll<BoxStream<'static, Said>>,
    news: watch::Receiver<u64>,
    retry: Interval,
}

enum Said {
    Line(LogLine),
    End(TaskId),
}

impl Reading {
    fn new(api: Api, wish: Wish) -> Self {
        let news = api.master.news();
        let mut retry = tokio::time::interval(RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { api, wish, tried: BTreeSet::new(), ended: BTreeSet::new(), sources: SelectAll::new(), news, retry }
    }

    /// Opens the log of every task that has one and was not tried yet; returns why some could not be.
    async fn open(&mut self, tail: Option<u32>) -> Vec<LogsError> {
        self.news.borrow_and_update();
        let cluster = self.api.master.snapshot();
        let new = cluster.tasks_of(&self.wish.app).filter(|task| has_log(task) && !self.tried.contains(&task.id));
        let new: Vec<_> = new.cloned().collect();
        self.tried.extend(new.iter().map(|task| task.id.clone()));
        let failures = self.read(&new, tail).await;
        self.ended.extend(failures.iter().map(|(task, _)| task.clone()));
        failures.into_iter().map(|(_, err)| err).collect()
    }

    /// Goes on with tasks that still run although their log ended; what they said in between is not repeated.
    async fn reopen(&mut self) {
        let cluster = self.api.master.snapshot();
        let ended = std::mem::take(&mut self.ended);
        let alive: Vec<_> =
            ended.iter().filter_map(|id| cluster.task(id)).filter(|task| has_log(task)).cloned().collect();
        let failures = self.read(&alive, Some(0)).await;
        self.ended.extend(failures.into_iter().map(|(task, _)| task));
    }

    /// Adds the logs of these tasks to the sources; returns those that could not be opened.
    async fn read(&mut self, tasks: &[Arc<TaskRecord>], tail: Option<u32>) -> Vec<(TaskId, LogsError)> {
        let query = LogsQuery { follow: self.wish.follow, tail };
        let links = &self.api.links;
        let asked =
            tasks.iter().map(|task| async move { (task.id.clone(), links.logs(&task.agent, &task.id, query).await) });
        let mut failures = Vec::new();
        for (task, answer) in join_all(asked).await {
            match answer {
                Ok(lines) => {
                    let end = stream::once(ready(Said::End(task)));
                    self.sources.push(lines.map(Said::Line).chain(end).boxed());
                }
                Err(err) => {
                    tracing::debug!(%task, %err, "cannot read a log");
                    failures.push((task, err));
                }
            }
        }
        failures
    }

    fn lines(self) -> impl Stream<Item = LogLine> + Send {
        stream::unfold(self, |mut reading| async move { reading.next().await.map(|line| (line, reading)) })
    }

    async fn next(&mut self) -> Option<LogLine> {
        loop {
            tokio::select! {
                Some(said) = self.sources.next() => match said {
                    Said::Line(line) => return Some(line),
                    Said::End(task) => {
                        self.ended.insert(task);
                    }
                },
                // A task that starts while we follow is read from its first line.
                news = self.news.changed(), if self.wish.follow => {
                    news.ok()?;
                    self.open(None).await;
                }
                _ = self.retry.tick(), if self.wish.follow && !self.ended.is_empty() => self.reopen().await,
                else => return None,
            }
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
