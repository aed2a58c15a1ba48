//! How many stops may keep the engine busy at once.

use crate::runtime::{Runtime, RuntimeError};
use ship_core::model::TaskId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The engine ends about as many in a second, however many it is asked for; beyond that each waits for the others
/// and all take longer (a hundred at once a fifth, measured with 8, 16 and 64 side by side).
const STOPS_MAX: usize = 16;

/// A stop that is not over after this is but waiting for its grace period to pass. It does so beside the
/// others, however many they are, and its place goes to the next.
const TURN: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Stops(Arc<Semaphore>);

impl Stops {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(STOPS_MAX)))
    }

    pub(super) async fn stop(&self, runtime: &dyn Runtime, task: &TaskId, grace: Duration) -> Result<(), RuntimeError> {
        let turn = self.0.acquire().await;
        let mut stopping = runtime.stop(task, grace);
        if let Ok(stopped) = tokio::time::timeout(TURN, &mut stopping).await {
            return stopped;
        }
        drop(turn);
        stopping.await
    }
}
