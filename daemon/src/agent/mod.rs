//! One machine: receives tasks from the master, runs them through the runtime, reports. Which tasks there
//! should be is the master's decision; how to get there on this machine is decided in [`tasks`], purely.

pub mod crowd;
mod exec;
mod executor;
mod files;
mod identity;
mod inbox;
mod link;
mod logs;
mod machine;
mod probing;
mod profile;
mod sandbox;
mod settings;
mod stops;
mod tasks;
mod tuner;
mod volumes;

#[cfg(test)]
pub(crate) mod tests;

pub use identity::{IdentityError, identity};
pub use settings::{Offer, Settings};

use crate::runtime::Runtime;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Runs the agent until shutdown. Its tasks run on. What it offers is told anew whenever it changes.
pub async fn run(
    settings: Settings,
    mut offers: watch::Receiver<Offer>,
    runtime: Arc<dyn Runtime>,
    shutdown: CancellationToken,
) {
    let profile = profile::Profile::new(&settings, offers.borrow_and_update().clone());
    let info = profile.info();
    tracing::info!(agent = %info.id, host = info.hostname, master = settings.master, "agent starts");
    let sandboxes = sandbox::Sandboxes::below(&settings.data);
    let (executor, handle) = executor::Executor::new(profile, offers, Arc::clone(&runtime), sandboxes.clone());
    let link = link::Link::new(settings, handle, runtime, sandboxes, shutdown.clone());
    tokio::join!(executor.run(shutdown), link.run());
}
