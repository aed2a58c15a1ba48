//! A store whose commits are counted, and their time taken.

use super::Metrics;
use crate::store::{Changes, Numbered, Store, StoreError, Told};
use async_trait::async_trait;
use ship_core::cluster::Record;
use ship_core::model::DeploymentId;
use std::ops::Range;
use std::time::Instant;

/// Does what the store within it does.
pub struct Counted<S> {
    store: S,
    metrics: Metrics,
}

impl<S: Store> Counted<S> {
    #[must_use]
    pub fn new(store: S, metrics: Metrics) -> Self {
        Self { store, metrics }
    }
}

#[async_trait]
impl<S: Store> Store for Counted<S> {
    async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        let begun = Instant::now();
        let done = self.store.commit(changes).await;
        if done.is_ok() {
            self.metrics.commit(begun.elapsed());
        }
        done
    }

    async fn scan(&self) -> Result<Vec<Record>, StoreError> {
        self.store.scan().await
    }

    async fn events(&self, of: &DeploymentId, numbers: Range<u64>) -> Result<Vec<Numbered>, StoreError> {
        self.store.events(of, numbers).await
    }

    async fn told(&self) -> Result<Told, StoreError> {
        self.store.told().await
    }
}
