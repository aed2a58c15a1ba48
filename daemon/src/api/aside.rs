//! Long answers are worked out away from the threads that serve.

use super::Refusal;

/// What `work` answers. Should it panic, so does the request, which is then answered as every other panic.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => Ok(answer),
        Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        Err(_) => Err(Refusal::stopping()),
    }
}
