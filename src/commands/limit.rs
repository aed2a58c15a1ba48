//! `--timeout`: how long to watch a rollout.

use super::span;
use std::time::Duration;

#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Limit {
    /// Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on
    #[arg(long, value_name = "SPAN", value_parser = span::parse)]
    timeout: Option<Duration>,
}

impl Limit {
    pub(crate) fn span(self) -> Option<Duration> {
        self.timeout
    }
}
