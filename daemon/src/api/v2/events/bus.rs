//! The one stream of Marathon's events: what happens in the cluster, translated as it happens, and what the API's own
//! handlers tell. Readers hold a position in it and nothing else.

use super::frame::{EventId, Written, comment};
use super::message::Message;
use super::ring::{Helping, Ring, Taste};
use super::translate::Translator;
use crate::clock;
use crate::master::{Followed, Master};
use crate::metrics::Metrics;
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::Value;
use ship_core::cluster::Event;
use ship_core::model::{GroupId, Timestamp};
use ship_core::protocol::marathon::Moment;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A copy is another handle to the same stream.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    ring: Mutex<Ring>,
    /// Changes whenever there is more to read, or a reason to end.
    news: watch::Sender<Turn>,
    readers: AtomicUsize,
    /// Somebody has read it. Before, nothing is written: no client can have seen any of it, to go on from there.
    wanted: AtomicBool,
    stop: CancellationToken,
}

/// What readers wait to see change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    /// The position of the event to come.
    next: u64,
    /// Rises when all streams are to end.
    pub(super) reign: u64,
}

impl Bus {
    /// Knows of everything that happens from now on, once the future that comes with it is polled.
    pub fn open(
        master: &Master,
        metrics: Metrics,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + use<>) {
        let ring = Ring::new(master.next_event());
        let news = watch::Sender::new(Turn { next: ring.next(), reign: 0 });
        let bus = Self(Arc::new(Inner {
            ring: Mutex::new(ring),
            news,
            readers: AtomicUsize::new(0),
            wanted: AtomicBool::new(false),
            stop,
        }));
        (bus.clone(), bus.run(master, metrics))
    }

    /// Translates and counts until the daemon stops.
    fn run(self, master: &Master, metrics: Metrics) -> impl Future<Output = ()> + Send + use<> {
        let mut translator = Translator::new(&master.snapshot());
        let (master, events) = (master.clone(), master.tail(None));
        async move {
            let mut events = std::pin::pin!(events);
            let mut seen = None;
            loop {
                // Of many events at once none is waited for: readers get their turn all the same.
                tokio::task::consume_budget().await;
                match events.next().await {
                    Some(Followed::Event { number, event }) => {
                        seen = Some(number);
                        metrics.event(&event);
                        self.translate(&mut translator, &master, number, &event);
                    }
                    // More happened at once than the log holds.
                    Some(Followed::CutOff) => events.set(master.tail(seen)),
                    Some(Followed::Missed { before }) => {
                        tracing::warn!(before, "/v2/events has a hole: more happened at once than is kept");
                        self.lose();
                    }
                    None => return,
                }
            }
        }
    }

    fn translate(&self, translator: &mut Translator, master: &Master, number: u64, event: &Event) {
        let written = translator.translate(event, &master.snapshot(), self.is_wanted());
        if !written.is_empty() {
            self.push(number, &written);
        }
    }

    /// Somebody created or changed an app over the API. `app_definition` is the app as Marathon shows it.
    pub fn api_post(&self, client_ip: &str, uri: &str, app_definition: &Value) {
        self.tell(&Message::ApiPost { client_ip, uri, app_definition });
    }

    /// Somebody created a pod over the API.
    pub fn pod_created(&self, client_ip: &str, uri: &str) {
        self.tell(&Message::PodCreated { client_ip, uri });
    }

    /// Somebody changed a pod over the API.
    pub fn pod_updated(&self, client_ip: &str, uri: &str) {
        self.tell(&Message::PodUpdated { client_ip, uri });
    }

    /// Somebody removed a pod over the API.
    pub fn pod_deleted(&self, client_ip: &str, uri: &str) {
        self.tell(&Message::PodDeleted { client_ip, uri });
    }

    /// A change that somebody asked for over the API came to nothing.
    pub fn group_change_failed(&self, group: &GroupId, version: Timestamp, reason: &str) {
        self.tell(&Message::GroupChangeFailed { group_id: group.as_str(), version: Moment(version), reason });
    }

    /// Ends all streams, as the change of a leader would; their readers come again.
    pub fn end_streams(&self) {
        self.0.news.send_modify(|turn| turn.reign += 1);
    }

    /// So many streams are open.
    #[must_use]
    pub fn readers(&self) -> usize {
        self.0.readers.load(Ordering::Relaxed)
    }

    /// So many events were told since somebody first read them.
    #[must_use]
    pub fn told(&self) -> u64 {
        self.ring().next()
    }

    pub(super) fn tell(&self, message: &Message<'_>) {
        if !self.is_wanted() {
            return;
        }
        let number = self.ring().number();
        self.push(number, &[message.write(Moment(clock::now()))]);
    }

    fn lose(&self) {
        let next = {
            let mut ring = self.ring();
            ring.lose();
            ring.next()
        };
        self.0.news.send_modify(|turn| turn.next = next);
    }

    fn push(&self, number: u64, events: &[Written]) {
        let next = {
            let mut ring = self.ring();
            events.iter().for_each(|event| ring.push(number, event));
            ring.next()
        };
        self.0.news.send_modify(|turn| turn.next = turn.next.max(next));
    }

    /// Where a reader begins that saw `seen` last, and what it is told if that is not where it left.
    pub(super) fn resume(&self, seen: Option<EventId>) -> (u64, Option<Bytes>) {
        self.0.wanted.store(true, Ordering::Relaxed);
        let ring = self.ring();
        match seen.map(|seen| ring.after(seen)) {
            None => (ring.next(), None),
            Some((position, true)) => (position, None),
            Some((position, false)) => {
                let oldest = ring.oldest().map_or_else(|| "the next one".to_owned(), |id| id.to_string());
                (position, Some(comment(&format!("missed: none before {oldest} is kept"))))
            }
        }
    }

    /// `None` if what comes next for the reader is kept no more.
    pub(super) fn serve(&self, from: u64, taste: &Taste) -> Option<Helping> {
        self.ring().serve(from, taste)
    }

    pub(super) fn news(&self) -> watch::Receiver<Turn> {
        self.0.news.subscribe()
    }

    pub(super) fn stop(&self) -> &CancellationToken {
        &self.0.stop
    }

    pub(super) fn reader_came(&self, remote_address: &str) {
        self.0.readers.fetch_add(1, Ordering::Relaxed);
        self.tell(&Message::StreamAttached { remote_address });
    }

    pub(super) fn reader_went(&self, remote_address: &str) {
        self.0.readers.fetch_sub(1, Ordering::Relaxed);
        self.tell(&Message::StreamDetached { remote_address });
    }

    fn is_wanted(&self) -> bool {
        self.0.wanted.load(Ordering::Relaxed)
    }

    /// Held briefly.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().expect("no holder of this lock panics")
    }
}
