//! G22, G23, G24: what readers of the API get, how fast, and what they cost the master and its scheduler.

mod client;
mod events;
mod reads;
mod scene;

use crate::table::Findings;
use anyhow::Result;

pub(super) async fn run(repeats: usize) -> Result<Findings> {
    let (mut found, events) = (reads::run(repeats).await?, events::run(repeats).await?);
    found.rows.extend(events.rows);
    found.details.extend(events.details);
    Ok(found)
}
