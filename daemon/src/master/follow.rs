//! Following one deployment: what is kept of it, then what comes, without a gap or a duplicate.

use super::events::Numbered;
use super::published::Published;
use futures_util::stream::{self, Stream};
use ship_core::cluster::{Deployment, Event, Happening, Outcome};
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
    /// The follower was so slow that events it had not seen yet are no longer kept. It may follow anew.
    CutOff,
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
    let follower = Follower::begin(published, id, after)?;
    Some(stream::unfold(follower, |mut follower| async move { follower.next().await.map(|seen| (seen, follower)) }))
}

impl Follower {
    fn begin(published: &Arc<Published>, id: &DeploymentId, after: Option<u64>) -> Option<Self> {
        let news = published.watch();
        let log = published.log();
        let deployment = Arc::clone(published.snapshot().deployment(id)?);
        let start = log.start_of(id).max(after.map_or(0, |number| number.saturating_add(1)));
        let mut due: VecDeque<Numbered> = log.since(start).filter(|entry| is_of(&entry.event, id)).cloned().collect();
        let next = log.next();
        drop(log);
        let end_is_due = due.back().is_some_and(|entry| ends(&entry.event));
        if let (Some(event), false) = (end_of(&deployment), end_is_due) {
            // Its own is no longer kept, or was told by an earlier daemon.
            due.push_back(Numbered { number: next.saturating_sub(1), event: Arc::new(event) });
        }
        Some(Self { published: Arc::clone(published), id: id.clone(), next, due, news, done: false })
    }

    async fn next(&mut self) -> Option<Followed> {
        while !self.done {
            if let Some(Numbered { number, event }) = self.due.pop_front() {
                self.done = ends(&event);
                return Some(Followed::Event { number, event });
            }
            self.news.borrow_and_update();
            if !self.collect() {
                self.done = true;
                return Some(Followed::CutOff);
            }
            if self.due.is_empty() && !self.wait().await {
                self.done = true;
            }
        }
        None
    }

    /// Takes what came since; false if some of it is lost.
    fn collect(&mut self) -> bool {
        let log = self.published.log();
        if self.next < log.first() {
            return false;
        }
        self.due.extend(log.since(self.next).filter(|entry| is_of(&entry.event, &self.id)).cloned());
        self.next = log.next();
        true
    }

    /// False if nothing will come any more.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            () = self.published.stop.cancelled() => false,
            news = self.news.changed() => news.is_ok(),
        }
    }
}

fn is_of(event: &Event, id: &DeploymentId) -> bool {
    event.deployment.as_ref() == Some(id)
}

fn ends(event: &Event) -> bool {
    matches!(event.what, Happening::DeploymentEnded { .. })
}

/// The last event of a deployment that has ended, as its record tells it.
fn end_of(deployment: &Deployment) -> Option<Event> {
    if deployment.outcome == Outcome::Running {
        return None;
    }
    let summary = deployment.summary();
    Some(Event {
        at: deployment.ended.unwrap_or(deployment.started),
        deployment: Some(deployment.id.clone()),
        app: None,
        what: Happening::DeploymentEnded { outcome: deployment.outcome, summary },
    })
}
