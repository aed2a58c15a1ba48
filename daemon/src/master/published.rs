//! What the master lets others see: the cluster as it is, and what happened. Both change together: whoever
//! saw an event finds its consequences in the next snapshot.

use super::events::EventLog;
use crate::clock;
use crate::store::{Numbered, Store};
use arc_swap::ArcSwap;
use ship_core::cluster::Cluster;
use ship_core::model::Timestamp;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The cluster as it was published. Whatever is worked out from one and its `at`, and from no other clock, is the same
/// for all who have its revision.
#[derive(Debug)]
pub struct Snapshot {
    pub cluster: Arc<Cluster>,
    pub revision: Revision,
    /// When it was published. What time alone changes has the cluster woken, and so published again.
    pub at: Timestamp,
}

/// Names a snapshot: no other has the same, nor has one of another run of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// The number of the first event of this run.
    run: u64,
    number: u64,
}

impl Revision {
    fn next(self) -> Self {
        Self { number: self.number + 1, ..self }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{:x}", self.run, self.number)
    }
}

pub(super) struct Published {
    snapshot: ArcSwap<Snapshot>,
    log: Mutex<EventLog>,
    /// Has what the log no longer keeps.
    pub(super) store: Arc<dyn Store>,
    /// The number of the event to come; followers wait for it to grow.
    next: watch::Sender<u64>,
    /// Ends all followers.
    pub(super) stop: CancellationToken,
}

impl Published {
    pub(super) fn new(cluster: Cluster, log: EventLog, store: Arc<dyn Store>, stop: CancellationToken) -> Self {
        let next = watch::Sender::new(log.next());
        let revision = Revision { run: log.next(), number: 0 };
        let first = Snapshot { cluster: Arc::new(cluster), revision, at: clock::now() };
        Self { snapshot: ArcSwap::from_pointee(first), log: Mutex::new(log), store, next, stop }
    }

    /// What is told is stored already.
    pub(super) fn publish(&self, cluster: Cluster, told: Vec<Numbered>) {
        let mut log = self.log();
        let revision = self.snapshot.load().revision.next();
        self.snapshot.store(Arc::new(Snapshot { cluster: Arc::new(cluster), revision, at: clock::now() }));
        if told.is_empty() {
            return;
        }
        told.into_iter().for_each(|event| log.push(event));
        self.next.send_replace(log.next());
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// While this is held nothing is published; hold it briefly.
    pub(super) fn log(&self) -> MutexGuard<'_, EventLog> {
        self.log.lock().expect("no holder of this lock panics")
    }

    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.next.subscribe()
    }

    /// Waits for more than `news` has seen; false if nothing will come any more.
    pub(super) async fn more(&self, news: &mut watch::Receiver<u64>) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            more = news.changed() => more.is_ok(),
        }
    }
}
