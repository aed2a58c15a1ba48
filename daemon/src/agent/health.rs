//! The health checks of one task, run beside it: when to probe, and what the answers add up to.

mod check;
mod http;
mod probe;
mod tls;

use super::inbox::{Handle, Message};
use crate::runtime::Runtime;
use check::Checks;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream, select_all};
use probe::Prober;
use ship_core::model::{HealthCheck, TaskSpec};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// An app may ask for no pause at all, but must not keep the machine busy with it.
const INTERVAL_MIN: Duration = Duration::from_millis(100);

/// Probes until dropped; tells the loop whenever the verdict is another.
pub(super) async fn watch(spec: Arc<TaskSpec>, address: Option<String>, runtime: Arc<dyn Runtime>, executor: Handle) {
    let mut checks = Checks::new(&spec.checks.health);
    let prober = Arc::new(Prober::new(Arc::clone(&spec), address, runtime));
    let began = Instant::now();
    let probes = spec.checks.health.iter().enumerate();
    let mut answers = select_all(probes.map(|(index, check)| answers(index, check.clone(), Arc::clone(&prober))));
    while let Some((index, answer)) = answers.next().await {
        if let Some(verdict) = checks.note(index, answer, began.elapsed()) {
            executor.tell(Message::Judged { task: spec.id.clone(), verdict }).await;
        }
    }
}

/// What one probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Alive,
    /// And why.
    Dead(String),
    /// An interim answer that the check says to ignore.
    Nothing,
}

/// The answers of one check, for ever.
fn answers(index: usize, check: HealthCheck, prober: Arc<Prober>) -> BoxStream<'static, (usize, Answer)> {
    let secs = |secs: u32| Duration::from_secs(secs.into());
    let (first, timeout) = (secs(check.delay_secs), secs(check.timeout_secs));
    let interval = secs(check.interval_secs).max(INTERVAL_MIN);
    stream::unfold(first, move |pause| {
        let (prober, probe) = (Arc::clone(&prober), check.probe.clone());
        async move {
            sleep(pause).await;
            let answer = match tokio::time::timeout(timeout, prober.probe(&probe)).await {
                Ok(answer) => answer,
                Err(_) => Answer::Dead(format!("no answer within {} s", timeout.as_secs())),
            };
            Some(((index, answer), interval))
        }
    })
    .boxed()
}
