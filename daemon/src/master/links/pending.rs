//! What agents were asked for and have not answered yet. An agent answers with a call of its own, which names the
//! request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// An agent opens its call within a round trip; a busy engine may take a while to find what is asked for.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

pub(super) struct Pending<A> {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<A>>>,
}

/// A request whose answer is waited for; taken back when it is dropped.
pub(super) struct Asked<'a, A> {
    pub number: u64,
    answered: oneshot::Receiver<A>,
    _withdraw: Withdraw<'a, A>,
}

struct Withdraw<'a, A> {
    pending: &'a Pending<A>,
    number: u64,
}

impl<A> Default for Pending<A> {
    fn default() -> Self {
        Self { last: AtomicU64::new(0), waiting: Mutex::default() }
    }
}

impl<A> Pending<A> {
    pub(super) fn ask(&self) -> Asked<'_, A> {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.lock().insert(number, answer);
        Asked { number, answered, _withdraw: Withdraw { pending: self, number } }
    }

    /// Where the answer to this request goes; `None` if nobody waits for it (any more).
    pub(super) fn take(&self, number: u64) -> Option<oneshot::Sender<A>> {
        self.lock().remove(&number)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<A>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Asked<'_, A> {
    /// `None` if it does not come in time.
    pub(super) async fn answer(self) -> Option<A> {
        tokio::time::timeout(ANSWER_TIMEOUT, self.answered).await.ok()?.ok()
    }
}

impl<A> Drop for Withdraw<'_, A> {
    fn drop(&mut self) {
        self.pending.lock().remove(&self.number);
    }
}
