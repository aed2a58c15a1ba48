//! Whether a new task may take traffic yet: asked at once, then at every interval, until the answer is yes.

use super::probe::{Prober, Told};
use super::{Findings, answers, secs};
use crate::agent::tasks::Finding;
use futures_util::StreamExt;
use ship_core::model::{Probe, ReadinessCheck};
use std::future;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn findings(check: &ReadinessCheck, prober: &Arc<Prober>) -> Findings {
    let ReadinessCheck { path, port, tls, .. } = check.clone();
    let probe = Arc::new(Probe::Http { path, port, tls, ignore_1xx: false });
    let (prober, timeout) = (Arc::clone(prober), secs(check.timeout_secs));
    let asked = answers(Duration::ZERO, secs(check.interval_secs), move || {
        let (prober, probe) = (Arc::clone(&prober), Arc::clone(&probe));
        async move { prober.ask(&probe, None, timeout).await }
    });
    let wanted = check.ready_statuses.clone();
    let ready = asked
        .filter(move |told| future::ready(matches!(told, Ok(Told::Status { status, .. }) if wanted.contains(status))));
    ready.map(|_| Finding::Ready).take(1).boxed()
}
