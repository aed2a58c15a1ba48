//! The master: one task owns the cluster, everything else sends it inputs and reads its snapshots.

mod events;
mod follow;
mod handle;
pub mod links;
mod published;
mod reconcile;
mod transport;

#[cfg(test)]
mod tests;

pub use follow::Followed;
pub use handle::{Inbox, Master, Stopped};
pub use reconcile::Reconciler;
pub use transport::Transport;
