//! The durable records of a cluster, and the events of its deployments: a narrow trait, an embedded implementation and one for tests.
//! Which records there are and what they mean is the core's business.

mod change;
mod embedded;
mod error;
mod memory;
mod numbered;

pub use change::{Change, Changes};
pub use embedded::Embedded;
pub use error::StoreError;
pub use memory::Memory;
pub use numbered::{Numbered, Told};

use async_trait::async_trait;
use ship_core::cluster::Record;
use ship_core::model::DeploymentId;
use std::ops::Range;

/// Keeps records by key. An answer of success means that a power cut loses nothing of it.
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies all changes, or none of them.
    async fn commit(&self, changes: Changes) -> Result<(), StoreError>;

    /// Every record, in the order of their keys' texts.
    async fn scan(&self) -> Result<Vec<Record>, StoreError>;

    /// The stored events of a deployment that have these numbers, in order.
    async fn events(&self, of: &DeploymentId, numbers: Range<u64>) -> Result<Vec<Numbered>, StoreError>;

    async fn told(&self) -> Result<Told, StoreError>;
}

#[cfg(test)]
mod tests;
