//! Whose turn it is to move the deploy branch: one at a time, from the check of a commit until the branch has
//! moved. Git's own compare-and-swap would be enough to be safe; this is what makes the loser's answer a good one.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

/// From git's being told "yes" until it has moved the branch. A push that was killed in between holds up
/// the next one no longer.
const MOVE_WAIT: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(super) struct Turns {
    lock: Arc<Mutex<()>>,
    moved: Arc<Notify>,
}

/// Ends when it is dropped.
pub(super) struct Turn {
    guard: OwnedMutexGuard<()>,
    moved: Arc<Notify>,
}

impl Turns {
    pub(super) async fn take(&self) -> Turn {
        Turn { guard: self.lock.clone().lock_owned().await, moved: self.moved.clone() }
    }

    /// The branch was moved by whoever has the turn.
    pub(super) fn moved(&self) {
        self.moved.notify_waiters();
    }
}

impl Turn {
    /// Keeps the turn until the branch has moved, without being waited for.
    pub(super) fn until_moved(self) {
        let moved = self.moved.clone().notified_owned();
        tokio::spawn(async move {
            // Late or not, the next one looks where the branch is.
            let _ = tokio::time::timeout(MOVE_WAIT, moved).await;
            drop(self.guard);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn waits(future: &mut (impl Future + Unpin)) -> bool {
        matches!(std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())), Poll::Pending)
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_one_waits_until_the_branch_has_moved() {
        let turns = Turns::default();
        turns.take().await.until_moved();
        let mut next = pin!(turns.take());
        assert!(waits(&mut next));
        turns.moved();
        next.await.until_moved();
        // Nobody moves it this time; the test's clock runs ahead when all wait.
        drop(turns.take().await);
    }
}
