//! The durable records of a cluster: a narrow trait, an embedded implementation and one for tests.
//! Which records there are and what they mean is the core's business.

mod change;
mod embedded;
mod error;
mod memory;

pub use change::{Change, Changes};
pub use embedded::Embedded;
pub use error::StoreError;
pub use memory::Memory;

use async_trait::async_trait;
use ship_core::cluster::Record;

/// Keeps records by key. An answer of success means that a power cut loses nothing of it.
#[async_trait]
pub trait Store: Send + Sync {
    /// Applies all changes, or none of them.
    async fn commit(&self, changes: Changes) -> Result<(), StoreError>;

    /// Every record, in the order of their keys' texts.
    async fn scan(&self) -> Result<Vec<Record>, StoreError>;
}

#[cfg(test)]
mod tests;
