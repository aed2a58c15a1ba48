//! What is asked of a running task, beside it: whether it is healthy, whether it is ready, and what only
//! informs. It goes on while the master is away.

mod health;
mod http;
mod inform;
mod probe;
mod readiness;
mod tls;
mod verdict;

use super::inbox::{Handle, Message};
use super::tasks::{Finding, Probing};
use crate::runtime::Runtime;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, select_all};
use probe::Prober;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// An app may ask for no pause at all, but must not keep the machine busy with it.
const INTERVAL_MIN: Duration = Duration::from_millis(100);

/// Asks until dropped; tells the loop whatever is news.
pub(super) async fn watch(probing: Probing, runtime: Arc<dyn Runtime>, executor: Handle) {
    let Probing { spec, address, age, generation } = probing;
    let prober = Arc::new(Prober::new(Arc::clone(&spec), address, runtime));
    let checks = &spec.checks;
    let health = health::findings(&checks.health, age, &prober);
    let readiness = checks.readiness.as_ref().map(|check| readiness::findings(check, &prober));
    let inform = checks.inform.as_ref().map(|check| inform::findings(check, &prober));
    let mut findings = select_all([Some(health), readiness, inform].into_iter().flatten());
    while let Some(finding) = findings.next().await {
        executor.tell(Message::Found { task: spec.id.clone(), generation, finding }).await;
    }
}

/// What one kind of check finds, as it finds it.
type Findings = BoxStream<'static, Finding>;

/// The answers to a question that is asked again and again, the first time after `first`.
fn answers<T, Asked>(
    first: Duration,
    interval: Duration,
    ask: impl Fn() -> Asked + Send + 'static,
) -> BoxStream<'static, T>
where
    T: Send + 'static,
    Asked: Future<Output = T> + Send + 'static,
{
    let pauses = stream::once(async move { first }).chain(stream::repeat(interval.max(INTERVAL_MIN)));
    let asked = pauses.then(move |pause| {
        let answer = ask();
        async move {
            sleep(pause).await;
            answer.await
        }
    });
    asked.boxed()
}

fn secs(secs: u32) -> Duration {
    Duration::from_secs(secs.into())
}
