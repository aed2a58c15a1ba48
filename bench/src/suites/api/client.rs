//! Clients that ask for the same again and again, each as soon as it has its answer.

use crate::stats::quantile;
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use reqwest::header::{ETAG, HeaderMap};
use std::time::{Duration, Instant};

/// As many as the master has cores on the smallest machine that is worth measuring on.
const CLIENTS: usize = 4;

/// One question.
pub(super) struct Question {
    pub(super) url: String,
    pub(super) headers: HeaderMap,
}

/// How it was answered.
pub(super) struct Load {
    /// Of each answer, sorted.
    millis: Vec<f64>,
    /// Of one answer, as sent.
    pub(super) bytes: usize,
    secs: f64,
}

impl Load {
    pub(super) fn p(&self, share: f64) -> f64 {
        quantile(&self.millis, share)
    }

    pub(super) fn per_sec(&self) -> f64 {
        self.millis.len() as f64 / self.secs
    }
}

impl Question {
    /// Several clients at once, each for so long and at least one answer.
    pub(super) async fn asked_for(&self, window: Duration) -> Result<Load> {
        let http = reqwest::Client::new();
        // The first answers come over connections that are still to be made.
        try_join_all((0..CLIENTS).map(|_| self.answer(&http))).await?;
        let began = Instant::now();
        let asked = try_join_all((0..CLIENTS).map(|_| self.again_while(&http, || began.elapsed() < window))).await?;
        let secs = began.elapsed().as_secs_f64();
        let bytes = asked.first().map_or(0, |(_, bytes)| *bytes);
        let mut millis: Vec<f64> = asked.into_iter().flat_map(|(millis, _)| millis).collect();
        millis.sort_by(f64::total_cmp);
        Ok(Load { millis, bytes, secs })
    }

    /// One client; milliseconds of each answer, and the bytes of the last.
    pub(super) async fn again_while(
        &self,
        http: &reqwest::Client,
        holds: impl Fn() -> bool,
    ) -> Result<(Vec<f64>, usize)> {
        let mut millis = Vec::new();
        loop {
            let asked = Instant::now();
            let bytes = self.answer(http).await?;
            millis.push(asked.elapsed().as_secs_f64() * 1000.0);
            if !holds() {
                return Ok((millis, bytes));
            }
        }
    }

    /// Its length.
    async fn answer(&self, http: &reqwest::Client) -> Result<usize> {
        let mut answer = http.get(&self.url).headers(self.headers.clone()).send().await?;
        let status = answer.status();
        ensure!(status.is_success() || status.as_u16() == 304, "{} answers with {status}", self.url);
        let mut bytes = 0;
        while let Some(piece) = answer.chunk().await? {
            bytes += piece.len();
        }
        Ok(bytes)
    }

    /// The answer itself, and its tag.
    pub(super) async fn whole_answer(url: &str) -> Result<(Vec<u8>, String)> {
        let answer = reqwest::get(url).await?.error_for_status()?;
        let tag = answer.headers().get(ETAG).context("lists have a tag")?.to_str()?.to_owned();
        Ok((answer.bytes().await?.to_vec(), tag))
    }
}
