//! The logs that one request reads: opened, opened again when an agent returns, joined by those of new tasks.

use super::merge::{Merge, Said};
use crate::api::Api;
use crate::master::links::LogsError;
use crate::runtime::LogsQuery;
use futures_util::future::join_all;
use futures_util::stream::{self, Stream, StreamExt};
use ship_core::cluster::{Cluster, TaskPhase, TaskRecord};
use ship_core::model::{AppId, TaskId};
use ship_core::protocol::LogLine;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

/// How often the log of a task that still runs is opened again after its agent's link broke.
const RETRY: Duration = Duration::from_secs(1);

/// Whose output is read.
pub(super) enum Subject {
    App(AppId),
    Task(TaskId),
}

pub(super) struct Reading {
    api: Api,
    subject: Subject,
    query: LogsQuery,
    tried: BTreeSet<TaskId>,
    /// Tasks whose log ended or never began. They may have ended themselves, or only the link to their agent.
    ended: BTreeSet<TaskId>,
    /// When the last line that was read of each was printed.
    reached: BTreeMap<TaskId, jiff::Timestamp>,
    logs: Merge,
    news: watch::Receiver<u64>,
    retry: Interval,
}

impl Reading {
    pub(super) fn new(api: Api, subject: Subject, query: LogsQuery) -> Self {
        let news = api.master.news();
        let mut retry = tokio::time::interval(RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (tried, ended, reached) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        Self { api, subject, query, tried, ended, reached, logs: Merge::new(query.follow), news, retry }
    }

    /// The first look. An error if there are logs and none of them can be read.
    pub(super) async fn begin(&mut self) -> Result<(), LogsError> {
        let failures = self.open(self.query).await;
        match failures.into_iter().next() {
            Some(err) if self.logs.is_empty() => Err(err),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn lines(self) -> impl Stream<Item = LogLine> + Send {
        stream::unfold(self, |mut reading| async move { reading.next().await.map(|line| (line, reading)) })
    }

    async fn next(&mut self) -> Option<LogLine> {
        let follow = self.query.follow;
        loop {
            tokio::select! {
                Some(said) = self.logs.next() => match said {
                    Said::Line(line) => {
                        self.reached.extend(line.at.map(|at| (line.task.clone(), at)));
                        return Some(line);
                    }
                    Said::End(task) => {
                        self.ended.insert(task);
                    }
                },
                // A task that starts while we follow is read from its first line.
                news = self.news.changed(), if follow => {
                    news.ok()?;
                    self.open(LogsQuery { tail: None, since: None, ..self.query }).await;
                }
                _ = self.retry.tick(), if follow && !self.ended.is_empty() => self.reopen().await,
                else => return None,
            }
        }
    }

    /// Opens the log of every task that has one and was not tried yet; returns why some could not be.
    async fn open(&mut self, query: LogsQuery) -> Vec<LogsError> {
        self.news.borrow_and_update();
        let cluster = self.api.master.snapshot();
        let has_new_log = |task: &Arc<TaskRecord>| has_log(task) && !self.tried.contains(&task.id);
        let new: Vec<_> = self.tasks(&cluster).filter(has_new_log).map(|task| (task, query)).collect();
        self.tried.extend(new.iter().map(|(task, _)| task.id.clone()));
        self.read(new).await
    }

    /// Goes on with tasks that still run although their log ended, behind the last line that was read.
    async fn reopen(&mut self) {
        let cluster = self.api.master.snapshot();
        let ended = std::mem::take(&mut self.ended);
        let alive = ended.iter().filter_map(|id| cluster.task(id)).filter(|task| has_log(task));
        let again = alive.map(|task| (Arc::clone(task), self.behind(&task.id))).collect();
        self.read(again).await;
    }

    fn behind(&self, task: &TaskId) -> LogsQuery {
        let since = self.reached.get(task).map(|at| at.saturating_add(Duration::from_nanos(1)).unwrap_or(*at));
        // Without moments, what was said in between cannot be told from what was read already.
        let tail = if since.is_some() { None } else { Some(0) };
        LogsQuery { tail, since, ..self.query }
    }

    fn tasks(&self, cluster: &Cluster) -> impl Iterator<Item = Arc<TaskRecord>> + use<> {
        let tasks: Vec<_> = match &self.subject {
            Subject::App(app) => cluster.tasks_of(app).cloned().collect(),
            Subject::Task(id) => cluster.task(id).cloned().into_iter().collect(),
        };
        tasks.into_iter()
    }

    /// Adds the logs of these tasks to those that are read; returns why some could not be opened.
    async fn read(&mut self, tasks: Vec<(Arc<TaskRecord>, LogsQuery)>) -> Vec<LogsError> {
        let links = &self.api.links;
        let asked = tasks
            .iter()
            .map(|(task, query)| async move { (&task.id, links.logs(&task.agent, &task.id, *query).await) });
        let mut failures = Vec::new();
        for (task, answer) in join_all(asked).await {
            match answer {
                Ok(lines) => self.logs.push(task.clone(), lines.boxed()),
                Err(err) => {
                    tracing::debug!(%task, %err, "cannot read a log");
                    self.ended.insert(task.clone());
                    failures.push(err);
                }
            }
        }
        failures
    }
}

fn has_log(task: &Arc<TaskRecord>) -> bool {
    match task.phase {
        TaskPhase::Staging => false,
        TaskPhase::Running { .. } | TaskPhase::Killing { .. } => true,
    }
}
