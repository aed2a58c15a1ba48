//! The master: one task owns the cluster, everything else sends it inputs and reads its snapshots.

mod chronicle;
mod events;
mod follow;
mod handle;
pub mod links;
mod published;
mod reconcile;
mod shown;
mod tail;
mod transport;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use sample::sample_app;

pub use follow::Followed;
pub use handle::{Inbox, Master, Stopped};
pub use published::{Revision, Snapshot};
pub use reconcile::Reconciler;
pub use transport::Transport;
