//! The health checks of a task: what their answers mean; what they add up to is in `verdict`.

use super::probe::{Prober, Told};
use super::verdict::Verdicts;
use super::{Findings, answers, secs};
use crate::agent::tasks::Finding;
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, select_all};
use ship_core::model::{HealthCheck, Probe};
use std::future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What one probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Alive,
    /// And why.
    Dead(String),
    /// An interim answer that the check says to ignore, or no news at all.
    Nothing,
}

/// Each verdict over all checks together that differs from the one before, for a task of this age now.
pub(super) fn findings(checks: &[HealthCheck], age: Duration, prober: &Arc<Prober>) -> Findings {
    let mut verdicts = Verdicts::new(checks);
    let began = Instant::now();
    let each = checks.iter().enumerate().map(|(index, check)| answers_of(index, check, prober));
    let news = select_all(each).filter_map(move |(index, answer)| {
        future::ready(verdicts.note(index, answer, age + began.elapsed()).map(Finding::Health))
    });
    news.boxed()
}

fn answers_of(index: usize, check: &HealthCheck, prober: &Arc<Prober>) -> BoxStream<'static, (usize, Answer)> {
    let (first, interval, timeout) = (secs(check.delay_secs), secs(check.interval_secs), secs(check.timeout_secs));
    let (prober, check) = (Arc::clone(prober), Arc::new(check.clone()));
    answers(first, interval, move || {
        let (prober, check) = (Arc::clone(&prober), Arc::clone(&check));
        async move {
            let told = prober.ask(&check.probe, check.container.as_deref(), timeout).await;
            (index, meaning(&check.probe, told))
        }
    })
}

fn meaning(probe: &Probe, told: Result<Told, String>) -> Answer {
    let ignore_1xx = matches!(probe, Probe::Http { ignore_1xx: true, .. });
    match told {
        Ok(Told::Status { status: 200..=399, .. } | Told::Connected | Told::Ended { code: 0, .. }) => Answer::Alive,
        Ok(Told::Status { status: 100..=199, .. }) if ignore_1xx => Answer::Nothing,
        Ok(Told::Status { status, place }) => Answer::Dead(format!("HTTP {status} from {place}")),
        Ok(Told::Ended { code, output }) => {
            Answer::Dead(format!("exit code {code}: {output}").trim_end_matches([':', ' ']).to_owned())
        }
        Ok(Told::Nothing) => Answer::Nothing,
        Err(cause) => Answer::Dead(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::ProbePort;

    fn http(ignore_1xx: bool) -> Probe {
        Probe::Http { path: "/".to_owned(), port: ProbePort::Index(0), tls: true, ignore_1xx }
    }

    fn status(status: u16) -> Result<Told, String> {
        Ok(Told::Status { status, place: "here".to_owned() })
    }

    #[test]
    fn http_is_alive_from_200_to_399() {
        for (code, alive) in [(100, false), (199, false), (200, true), (302, true), (399, true), (404, false)] {
            assert_eq!(meaning(&http(false), status(code)) == Answer::Alive, alive, "{code}");
        }
    }

    #[test]
    fn interim_answers_can_be_ignored_over_tls_too() {
        assert_eq!(meaning(&http(true), status(103)), Answer::Nothing);
        assert_eq!(meaning(&http(false), status(103)), Answer::Dead("HTTP 103 from here".to_owned()));
    }

    #[test]
    fn a_command_tells_its_code_and_what_it_printed() {
        let ended = |code, output: &str| Ok(Told::Ended { code, output: output.to_owned() });
        assert_eq!(meaning(&Probe::shell("x"), ended(0, "fine")), Answer::Alive);
        assert_eq!(meaning(&Probe::shell("x"), ended(2, "")), Answer::Dead("exit code 2".to_owned()));
        assert_eq!(meaning(&Probe::shell("x"), ended(2, "no")), Answer::Dead("exit code 2: no".to_owned()));
    }
}
