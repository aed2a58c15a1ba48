//! What the master lets others see: the cluster as it is, and what happened lately. Both change together:
//! whoever saw an event finds its consequences in the next snapshot.

use super::events::EventLog;
use arc_swap::ArcSwap;
use ship_core::cluster::{Cluster, Event};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(super) struct Published {
    snapshot: ArcSwap<Cluster>,
    log: Mutex<EventLog>,
    /// The number of the event to come; followers wait for it to grow.
    next: watch::Sender<u64>,
    /// Ends all followers.
    pub(super) stop: CancellationToken,
}

impl Published {
    pub(super) fn new(cluster: Cluster, log: EventLog, stop: CancellationToken) -> Self {
        let next = watch::Sender::new(log.next());
        Self { snapshot: ArcSwap::from_pointee(cluster), log: Mutex::new(log), next, stop }
    }

    pub(super) fn publish(&self, cluster: Cluster, events: Vec<Event>) {
        let mut log = self.log();
        self.snapshot.store(Arc::new(cluster));
        if events.is_empty() {
            return;
        }
        events.into_iter().for_each(|event| log.push(event));
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
}
