//! The end of an instance's data. A container that is on its way out may still use it: the engine is asked again
//! until it agrees, for a bounded time.

use crate::runtime::{Runtime, RuntimeError};
use std::sync::Arc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(1);
/// Longer than a container takes to stop; the master asks again when the agent links anew.
const ATTEMPTS: usize = 120;

/// Returns once nothing of them is left.
pub(super) async fn remove(runtime: Arc<dyn Runtime>, names: Vec<String>) -> Result<(), RuntimeError> {
    let mut refused = None;
    for _ in 0..ATTEMPTS {
        match runtime.remove_volumes(&names).await {
            Ok(()) => return Ok(()),
            Err(reason) => refused = Some(reason),
        }
        tokio::time::sleep(PAUSE).await;
    }
    refused.map_or(Ok(()), Err)
}
