//! All events of the cluster as they come, or after one that was seen before. Only the log is read: who is
//! slower than it moves on is told so, and costs nothing meanwhile.

use super::follow::Followed;
use super::published::Published;
use crate::store::Numbered;
use futures_util::stream::{self, Stream};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::watch;

/// So many events are taken from the log at a time.
const CHUNK: usize = 256;

struct Tail {
    published: Arc<Published>,
    /// Seen up to here, this one excluded.
    next: u64,
    /// Read something already: what is missing from now on, it was too slow for.
    reads: bool,
    due: VecDeque<Numbered>,
    news: watch::Receiver<u64>,
    done: bool,
}

/// Events after number `after`, or those to come. Begins with [`Followed::Missed`] if some of them are no
/// longer kept; ends after [`Followed::CutOff`] and when the daemon stops.
pub(super) fn tail(published: &Arc<Published>, after: Option<u64>) -> impl Stream<Item = Followed> + Send + use<> {
    let news = published.watch();
    let next = after.map_or_else(|| published.log().next(), |number| number.saturating_add(1));
    let tail = Tail { published: Arc::clone(published), next, reads: false, due: VecDeque::new(), news, done: false };
    stream::unfold(tail, |mut tail| async move { tail.next().await.map(|seen| (seen, tail)) })
}

impl Tail {
    async fn next(&mut self) -> Option<Followed> {
        while !self.done {
            if let Some(told) = self.due.pop_front() {
                return Some(told.into());
            }
            self.news.borrow_and_update();
            if let Some(before) = self.collect() {
                self.done = self.reads;
                self.reads = true;
                return Some(if self.done { Followed::CutOff } else { Followed::Missed { before } });
            }
            self.reads = true;
            if self.due.is_empty() && !self.published.more(&mut self.news).await {
                self.done = true;
            }
        }
        None
    }

    /// Takes what came since. If some of it is lost, before which number; then it goes on from there.
    fn collect(&mut self) -> Option<u64> {
        let log = self.published.log();
        let first = log.first();
        if self.next < first {
            self.next = first;
            return Some(first);
        }
        self.due.extend(log.since(self.next).take(CHUNK).cloned());
        self.next = self.due.back().map_or(log.next(), |last| last.number + 1);
        None
    }
}
