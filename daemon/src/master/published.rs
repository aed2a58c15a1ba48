//! What the master lets others see: the cluster as it is, and what happened. Both change together: whoever
//! saw an event finds its consequences in the next snapshot.

use super::events::EventLog;
use crate::store::{Numbered, Store};
use arc_swap::ArcSwap;
use ship_core::cluster::Cluster;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(super) struct Published {
    snapshot: ArcSwap<Cluster>,
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
        Self { snapshot: ArcSwap::from_pointee(cluster), log: Mutex::new(log), store, next, stop }
    }

    /// What is told is stored already.
    pub(super) fn publish(&self, cluster: Cluster, told: Vec<Numbered>) {
        let mut log = self.log();
        self.snapshot.store(Arc::new(cluster));
        if told.is_empty() {
            return;
        }
        told.into_iter().for_each(|event| log.push(event));
        self.next.send_replace(log.next());
    }

    pub(super) fn snapshot(&self) -> Arc<Cluster> {
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
