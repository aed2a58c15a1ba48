//! Following one deployment from its beginning: what is stored of it, what the log keeps, then what comes,
//! without a gap or a duplicate.

use super::published::Published;
use crate::store::{Numbered, StoreError};
use futures_util::stream::{self, Stream};
use ship_core::cluster::{Deployment, Event, Happening};
use ship_core::model::DeploymentId;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;

/// What a follower gets to see.
#[derive(Debug, Clone)]
pub enum Followed {
    Event {
        number: u64,
        event: Arc<Event>,
    },
    /// Events before this number, which the follower asked for, are no longer kept.
    Missed {
        before: u64,
    },
    /// The follower was too slow, or what it missed cannot be read. It may follow anew from where it is.
    CutOff,
}

impl From<Numbered> for Followed {
    fn from(Numbered { number, event }: Numbered) -> Self {
        Self::Event { number, event }
    }
}

struct Follower {
    published: Arc<Published>,
    id: DeploymentId,
    /// Seen up to here, this one excluded.
    next: u64,
    due: VecDeque<Numbered>,
    news: watch::Receiver<u64>,
    done: bool,
}

/// Events of the deployment's latest run, those after number `after` only if it is given. Ends after
/// [`Happening::DeploymentEnded`], after [`Followed::CutOff`], and when the daemon stops. `None` = there is
/// no such deployment.
pub(super) fn follow(
    published: &Arc<Published>,
    id: &DeploymentId,
    after: Option<u64>,
) -> Option<impl Stream<Item = Followed> + Send + use<>> {
    published.snapshot().cluster.deployment(id)?;
    let follower = Follower {
        published: Arc::clone(published),
        id: id.clone(),
        next: after.map_or(0, |number| number.saturating_add(1)),
        due: VecDeque::new(),
        news: published.watch(),
        done: false,
    };
    Some(stream::unfold(follower, |mut follower| async move { follower.next().await.map(|seen| (seen, follower)) }))
}

impl Follower {
    async fn next(&mut self) -> Option<Followed> {
        while !self.done {
            if let Some(told) = self.due.pop_front() {
                self.done = ends(&told.event);
                return Some(told.into());
            }
            self.news.borrow_and_update();
            if let Err(err) = self.collect().await {
                tracing::warn!(deployment = %self.id, %err, "cannot read what a follower missed");
                self.done = true;
                return Some(Followed::CutOff);
            }
            if self.due.is_empty() && !self.published.more(&mut self.news).await {
                self.done = true;
            }
        }
        None
    }

    /// Takes what came since; from the store, where the log has moved on.
    async fn collect(&mut self) -> Result<(), StoreError> {
        while !self.collect_from_log() {
            let first = self.published.log().first();
            self.due.extend(self.published.store.events(&self.id, self.next..first).await?);
            self.next = first;
        }
        Ok(())
    }

    /// False if the log no longer has what is next.
    fn collect_from_log(&mut self) -> bool {
        let log = self.published.log();
        if self.next < log.first() {
            return false;
        }
        let of_it = |told: &&Numbered| told.event.deployment.as_ref() == Some(&self.id);
        self.due.extend(log.since(self.next).filter(of_it).cloned());
        self.next = log.next();
        let now = Arc::clone(&self.published.snapshot().cluster);
        drop(log);
        self.keep_latest_run();
        self.end_with(now.deployment(&self.id));
        true
    }

    /// A commit that is wanted again is carried out again, and a deployment that is resumed goes on: only its
    /// last end is one.
    fn keep_latest_run(&mut self) {
        let starts = |told: &Numbered| matches!(told.event.what, Happening::DeploymentStarted { .. });
        if let Some(start) = self.due.iter().rposition(starts) {
            self.due.drain(..start);
        }
        let last = self.due.back().map(|told| told.number);
        self.due.retain(|told| Some(told.number) == last || !ends(&told.event));
    }

    /// A deployment that has ended is told to the end, even if that was seen before or is kept nowhere.
    fn end_with(&mut self, deployment: Option<&Arc<Deployment>>) {
        let end_is_due = self.due.back().is_some_and(|told| ends(&told.event));
        match deployment {
            Some(deployment) if deployment.outcome.has_ended() && !end_is_due => {
                let (number, event) = (self.next.saturating_sub(1), Arc::new(end_of(deployment)));
                self.due.push_back(Numbered { number, event });
            }
            Some(_) => {}
            None => self.done = self.due.is_empty(),
        }
    }
}

fn ends(event: &Event) -> bool {
    matches!(event.what, Happening::DeploymentEnded { .. })
}

/// The last event of a deployment that has ended, as its record tells it.
fn end_of(deployment: &Deployment) -> Event {
    let summary = deployment.summary();
    Event {
        at: deployment.ended.unwrap_or(deployment.started),
        deployment: Some(deployment.id.clone()),
        app: None,
        what: Happening::DeploymentEnded { outcome: deployment.outcome, summary },
        task: None,
    }
}
