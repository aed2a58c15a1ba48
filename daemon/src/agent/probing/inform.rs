//! A check that decides nothing: its result is told whenever it is another.

use super::probe::{Prober, Told};
use super::{Findings, answers, secs};
use crate::agent::tasks::Finding;
use futures_util::StreamExt;
use ship_core::model::{CheckResult, InformCheck, Probe};
use std::future;
use std::sync::Arc;

pub(super) fn findings(check: &InformCheck, prober: &Arc<Prober>) -> Findings {
    let (first, interval, timeout) = (secs(check.delay_secs), secs(check.interval_secs), secs(check.timeout_secs));
    let (prober, probe) = (Arc::clone(prober), Arc::new(check.probe.clone()));
    let asked = answers(first, interval, move || {
        let (prober, probe) = (Arc::clone(&prober), Arc::clone(&probe));
        async move { result(&probe, prober.ask(&probe, None, timeout).await) }
    });
    let mut last = None;
    let news = asked.filter_map(move |result| {
        let news = result.filter(|result| last.as_ref() != Some(result));
        if news.is_some() {
            last.clone_from(&news);
        }
        future::ready(news.map(Finding::Inform))
    });
    news.boxed()
}

/// None where nothing was learnt.
fn result(probe: &Probe, told: Result<Told, String>) -> Option<CheckResult> {
    Some(match (probe, told) {
        (_, Ok(Told::Nothing)) => return None,
        (Probe::Http { .. }, Ok(Told::Status { status, .. })) => CheckResult::Http { status_code: Some(status) },
        (Probe::Http { .. }, Ok(_) | Err(_)) => CheckResult::Http { status_code: None },
        (Probe::Tcp { .. }, told) => CheckResult::Tcp { succeeded: told.is_ok() },
        (Probe::Command { .. }, Ok(Told::Ended { code, .. })) => CheckResult::Command { exit_code: Some(code) },
        (Probe::Command { .. }, Ok(_) | Err(_)) => CheckResult::Command { exit_code: None },
    })
}
