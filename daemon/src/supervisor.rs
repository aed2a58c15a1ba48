//! The daemon's long-lived tasks. None of them may end before it is told to: the first that does, by error
//! or panic, ends the daemon, which is better than one that limps.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// What service managers and people wait for without anger.
const FAREWELL: Duration = Duration::from_secs(5);

pub struct Supervisor {
    tasks: JoinSet<anyhow::Result<()>>,
    names: HashMap<Id, &'static str>,
    stop: CancellationToken,
}

impl Supervisor {
    /// Tasks are told to end by `stop`.
    #[must_use]
    pub fn new(stop: CancellationToken) -> Self {
        Self { tasks: JoinSet::new(), names: HashMap::new(), stop }
    }

    pub fn spawn(&mut self, name: &'static str, task: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        let handle = self.tasks.spawn(task);
        self.names.insert(handle.id(), name);
    }

    /// Waits for a task that ends although nobody told it to; says which and why.
    pub async fn failure(&mut self) -> anyhow::Error {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.verdict(ended),
            None => std::future::pending().await,
        }
    }

    /// Tells all tasks to end and gives them a moment; whoever is left is cut off.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let all = async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                if !matches!(ended, Ok((_, Ok(())))) {
                    let error = self.verdict(ended);
                    tracing::error!("{error:#}");
                }
            }
        };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("some work did not end in time and was cut off");
        }
        self.tasks.shutdown().await;
    }

    fn verdict(&self, ended: Result<(Id, anyhow::Result<()>), JoinError>) -> anyhow::Error {
        let name = |id| self.names.get(&id).copied().unwrap_or("a task");
        match ended {
            Ok((id, Ok(()))) => anyhow::anyhow!("{} ended unasked", name(id)),
            Ok((id, Err(err))) => err.context(format!("{} failed", name(id))),
            Err(err) => anyhow::anyhow!("{} met a mistake in shipd: {err}", name(err.id())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panicking_task_is_noticed_and_named() {
        let mut supervisor = Supervisor::new(CancellationToken::new());
        supervisor.spawn("the quiet one", std::future::pending());
        supervisor.spawn("the loud one", async { panic!("on purpose") });
        let failure = supervisor.failure().await.to_string();
        assert!(failure.starts_with("the loud one"), "{failure}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_end_is_cut_off() {
        let stop = CancellationToken::new();
        let mut supervisor = Supervisor::new(stop.clone());
        supervisor.spawn("the deaf one", std::future::pending());
        supervisor.stop().await;
        assert!(stop.is_cancelled());
    }
}
