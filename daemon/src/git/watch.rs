//! Notices that a branch moved on disk, whoever moved it. Missing one does no harm: the desired state is
//! looked at on a slow timer too.

use super::desired::Desired;
use git2::Repository;
use notify::{RecursiveMode, Watcher};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Nudges for every change among the refs, until shutdown.
pub(super) async fn run(desired: Arc<Desired>, shutdown: CancellationToken) {
    // One is enough: it says "look", not what moved.
    let (moved, mut moves) = mpsc::channel(1);
    let watcher = match watch(desired.branch.path(), moved) {
        Ok(watcher) => watcher,
        Err(err) => {
            tracing::warn!(%err, "cannot watch the repository; moves of its branch are noticed late");
            return;
        }
    };
    loop {
        tokio::select! {
            moved = moves.recv() => if moved.is_none() { break },
            () = shutdown.cancelled() => break,
        }
        desired.catch_up().await;
    }
    drop(watcher);
}

fn watch(repo: &Path, moved: mpsc::Sender<()>) -> notify::Result<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Our own reading is an event as well; answering it would go on for ever.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = moved.try_send(());
        }
    })?;
    let repo = Repository::open(repo).map_err(|err| notify::Error::generic(err.message()))?;
    // Linked work trees share the refs of the repository that they belong to.
    let folder = repo.commondir();
    watcher.watch(&folder.join("refs").join("heads"), RecursiveMode::Recursive)?;
    // `packed-refs` stands here.
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}
