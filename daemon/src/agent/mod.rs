//! One machine: receives tasks from the master, runs them through the runtime, reports. Which tasks there
//! should be is the master's decision; how to get there on this machine is decided in [`tasks`], purely.

mod amounts;
mod executor;
mod identity;
mod inbox;
mod link;
mod logs;
mod machine;
mod probing;
mod settings;
mod stops;
mod tasks;
mod tuner;

#[cfg(test)]
pub(crate) mod tests;

pub use amounts::{Amounts, AmountsError};
pub use identity::{IdentityError, identity};
pub use settings::{Offer, Settings};

use crate::runtime::Runtime;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Runs the agent until shutdown. Its tasks run on.
pub async fn run(settings: Settings, runtime: Arc<dyn Runtime>, shutdown: CancellationToken) {
    let detected = machine::Detected::of(&settings.data, None);
    detected.overcommitted(&settings.offer.amounts).iter().for_each(|text| tracing::warn!("{text}"));
    let info = machine::describe(&settings, &detected);
    tracing::info!(agent = %info.id, host = info.hostname, master = settings.master, "agent starts");
    let (executor, handle) = executor::Executor::new(info, Arc::clone(&runtime));
    let link = link::Link::new(settings, handle, runtime);
    tokio::join!(executor.run(shutdown.clone()), link.run(shutdown));
}
