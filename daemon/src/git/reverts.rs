//! Commits what the cluster wants to be taken back. Level, not edge: as long as the cluster wants it, whoever
//! is told that something happened looks again; once the commit is taken over, it no longer does.

use super::desire::Desire;
use super::write::TakeBack;
use super::{Git, WriteError};
use ship_core::cluster::{Cluster, Input, Revert};
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::CommitRef;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use tokio_util::sync::CancellationToken;

/// A finding's message, and where it is.
const FINDING_LINES: usize = 2;

/// Watches the cluster until shutdown.
pub(super) async fn run(git: Git, shutdown: CancellationToken) {
    let master = git.inner.desired.master.clone();
    let mut news = master.news();
    loop {
        news.borrow_and_update();
        if master.cluster().reverts().next().is_some() {
            tokio::select! {
                () = take_back_all(&git, &*master) => {}
                () = shutdown.cancelled() => return,
            }
        }
        tokio::select! {
            more = news.changed() => if more.is_err() { return },
            () = shutdown.cancelled() => return,
        }
    }
}

/// One commit for each deployment; where that is refused, one for each app.
async fn take_back_all(git: &Git, master: &dyn Desire) {
    // What is in the branch already, from before a crash for one, is not committed again.
    git.inner.desired.catch_up().await;
    for wish in wishes(&master.cluster()) {
        match git.write(wish.clone()).await {
            Err(_) if wish.reverts.len() > 1 => {
                for one in wish.split() {
                    let written = git.write(one.clone()).await;
                    settle(master, &one, written).await;
                }
            }
            written => settle(master, &wish, written).await,
        }
    }
}

fn wishes(cluster: &Cluster) -> Vec<TakeBack> {
    let mut by_deployment: BTreeMap<Option<DeploymentId>, Vec<Revert>> = BTreeMap::new();
    for revert in cluster.reverts() {
        by_deployment.entry(revert.deployment.clone()).or_default().push(revert);
    }
    let seen = cluster.commit().map(|commit| &commit.id);
    let wish = |(deployment, reverts)| TakeBack { deployment, reverts, seen: seen.cloned() };
    by_deployment.into_iter().map(wish).collect()
}

/// Says that it will not come about if it has not: one attempt is all, or a commit would follow the other.
async fn settle(master: &dyn Desire, wish: &TakeBack, written: Result<CommitRef, WriteError>) {
    let now = master.cluster();
    let reason = match &written {
        Ok(made) if now.commit().is_some_and(|commit| commit.id == made.commit) => {
            format!("commit {} does not change it", made.commit.short())
        }
        // Not taken over yet: whoever has moved the branch sees to that, or the next daemon does.
        Ok(_) => return,
        Err(error) => words(error),
    };
    let open: BTreeSet<AppId> = now.reverts().map(|revert| revert.app).collect();
    for revert in wish.reverts.iter().filter(|revert| open.contains(&revert.app)) {
        tracing::warn!(app = %revert.app, reason, "a failed change is not reverted");
        let refused = Input::RevertRefused { app: revert.app.clone(), reason: reason.clone() };
        if master.command(vec![refused]).await.is_err() {
            return;
        }
    }
}

fn words(error: &WriteError) -> String {
    match (error, error.source()) {
        (WriteError::Refused { lines, .. }, _) => {
            let from_first = lines.iter().skip_while(|line| !line.starts_with("error"));
            let first: Vec<&str> = from_first.take(FINDING_LINES).map(|line| line.trim()).collect();
            format!("what it was before is refused now: {}", first.join(" "))
        }
        (error, Some(cause)) => format!("{error}: {cause}"),
        (error, None) => error.to_string(),
    }
}
