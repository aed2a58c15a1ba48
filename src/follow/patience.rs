//! How long a cluster that does not answer is waited for: a daemon may be restarting, a fresh commit not yet
//! taken over.

use crate::client::ClientError;
use crate::error::Error;
use crate::ui::Ui;
use std::time::Duration;
use tokio::time::Instant;

/// A daemon that restarts is back within this; after it the view gives up.
const AWAY_MAX: Duration = Duration::from_secs(60);
const RETRY_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug, Default)]
pub(super) struct Patience {
    away_since: Option<Instant>,
}

impl Patience {
    /// It answers.
    pub(super) fn restore(&mut self) {
        self.away_since = None;
    }

    /// Waits a moment, if that may help. Says so once.
    pub(super) async fn bear(&mut self, error: ClientError, ui: &mut Ui) -> Result<(), Error> {
        if !error.may_pass() {
            return Err(error.into());
        }
        match self.away_since {
            Some(since) if since.elapsed() > AWAY_MAX => return Err(Error::LostSight(error)),
            Some(_) => {}
            None => {
                ui.say(format!("waiting for the cluster: {error}"));
                self.away_since = Some(Instant::now());
            }
        }
        self.rest().await;
        Ok(())
    }

    pub(super) async fn rest(&self) {
        tokio::time::sleep(RETRY_EVERY).await;
    }
}
