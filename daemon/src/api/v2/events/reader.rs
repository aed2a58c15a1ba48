//! One open stream: a position, a filter, and a heartbeat while there is nothing to tell.

use super::bus::{Bus, Turn};
use super::frame::comment;
use super::ring::Taste;
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Readers are promised a line at least every ten seconds; marathon-lb hangs up below one byte a second.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Frames that were taken are shared with all other readers: what one costs is this, its connection, and nothing else.
struct Reader {
    bus: Bus,
    remote: String,
    taste: Taste,
    next: u64,
    due: VecDeque<Bytes>,
    news: watch::Receiver<Turn>,
    /// Under which the stream began; it ends with it.
    reign: u64,
    /// When something is sent at the latest.
    beat: Instant,
    done: bool,
}

/// From `next` on; `first` goes before everything else. Ends when the reader is slower than events are kept, when all
/// streams are ended, and when the daemon stops.
pub(super) fn read(
    bus: Bus,
    remote: String,
    taste: Taste,
    (next, first): (u64, Option<Bytes>),
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let news = bus.news();
    let reign = news.borrow().reign;
    bus.reader_came(&remote);
    let (beat, due) = (Instant::now() + HEARTBEAT, first.into_iter().collect());
    let reader = Reader { bus, remote, taste, next, due, news, reign, beat, done: false };
    stream::unfold(reader, |mut reader| async move { reader.next().await.map(|bytes| (Ok(bytes), reader)) })
}

impl Reader {
    async fn next(&mut self) -> Option<Bytes> {
        let sent = self.find().await?;
        self.beat = Instant::now() + HEARTBEAT;
        Some(sent)
    }

    async fn find(&mut self) -> Option<Bytes> {
        while !self.done {
            if let Some(frame) = self.due.pop_front() {
                return Some(frame);
            }
            let turn = *self.news.borrow_and_update();
            if turn.reign != self.reign {
                return None;
            }
            let Some(helping) = self.bus.serve(self.next, &self.taste) else {
                self.done = true;
                return Some(comment("cut off: read too slowly; resume with Last-Event-ID"));
            };
            let went_on = helping.next != self.next;
            (self.next, self.due) = (helping.next, helping.frames.into());
            if !went_on && let Some(beat) = self.wait().await {
                return beat;
            }
        }
        None
    }

    /// `None` once there is news; else what is sent without any, if the stream goes on.
    async fn wait(&mut self) -> Option<Option<Bytes>> {
        let stop = self.bus.stop().clone();
        tokio::select! {
            () = stop.cancelled() => Some(None),
            more = self.news.changed() => more.is_err().then_some(None),
            () = tokio::time::sleep_until(self.beat) => Some(Some(comment("still here"))),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.bus.reader_went(&self.remote);
    }
}
