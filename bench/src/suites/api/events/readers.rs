//! Many readers of one stream, each with a connection of its own, and what they heard together.

use super::ear::{Delays, Ear};
use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// A stream is never silent for so long, nor a deployment.
const PATIENCE: Duration = Duration::from_secs(90);
/// So many connections are made at once.
const AT_ONCE: usize = 50;

pub(super) struct Readers(JoinSet<Result<Listened>>);

/// What one reader heard, and when.
struct Listened {
    ear: Ear,
    began: Instant,
    ended: Instant,
}

/// What all of them heard, which was the same.
pub(super) struct Heard {
    /// For each.
    pub(super) events: usize,
    /// From the first event that any reader had to the last that any still had to get.
    pub(super) secs: f64,
    /// Of all readers.
    pub(super) delays: Delays,
    /// The events as the first reader got them.
    pub(super) text: Vec<u8>,
}

impl Readers {
    /// All of them are connected.
    pub(super) async fn attach(url: &str, readers: usize) -> Result<Self> {
        let http = reqwest::Client::new();
        let asked = stream::iter(0..readers).map(|_| http.get(url).send()).buffered(AT_ONCE);
        let attached: Vec<_> = asked.try_collect().await?;
        let mut listening = JoinSet::new();
        for (number, answer) in attached.into_iter().enumerate() {
            let answer = answer.error_for_status()?;
            listening.spawn(async move { timeout(PATIENCE, listen(answer, number == 0)).await.context("no end")? });
        }
        Ok(Self(listening))
    }

    /// Waits until each has heard the whole deployment.
    pub(super) async fn heard(self) -> Result<Heard> {
        let all: Vec<Listened> = self.0.join_all().await.into_iter().collect::<Result<_>>()?;
        let first = all.first().context("somebody listens")?;
        let (events, digest) = (first.ear.events, first.ear.digest());
        let same = all.iter().filter(|other| (other.ear.events, other.ear.digest()) == (events, digest)).count();
        ensure!(same == all.len(), "{same} of {} readers heard the same {events} events", all.len());
        let began = all.iter().map(|one| one.began).min().unwrap_or(first.began);
        let ended = all.iter().map(|one| one.ended).max().unwrap_or(first.ended);
        let mut delays = Delays::none();
        all.iter().for_each(|one| delays.extend(&one.ear.delays));
        let text = all.into_iter().find_map(|one| one.ear.text).unwrap_or_default();
        Ok(Heard { events, secs: (ended - began).as_secs_f64(), delays, text })
    }
}

async fn listen(mut answer: reqwest::Response, keeps_text: bool) -> Result<Listened> {
    let mut ear = Ear::new(keeps_text);
    let mut began = None;
    while let Some(bytes) = answer.chunk().await? {
        ear.hear(&bytes)?;
        if ear.has_begun() {
            began.get_or_insert_with(Instant::now);
        }
        if ear.is_done() {
            let ended = Instant::now();
            return Ok(Listened { ear, began: began.unwrap_or(ended), ended });
        }
    }
    bail!("a stream ended within the deployment")
}

impl Heard {
    /// That they heard the same does not say that it was everything: each task's start must be among it.
    pub(super) fn check_all_heard_of(&self, tasks: usize) -> Result<()> {
        let text = String::from_utf8_lossy(&self.text);
        let running = text.lines().filter(|line| line.contains("\"taskStatus\":\"TASK_RUNNING\""));
        let started: BTreeSet<&str> = running.filter_map(task).collect();
        ensure!(started.len() == tasks, "readers heard of {} tasks of {tasks}", started.len());
        Ok(())
    }
}

fn task(line: &str) -> Option<&str> {
    Some(line.split_once("\"taskId\":\"")?.1.split_once('"')?.0)
}
