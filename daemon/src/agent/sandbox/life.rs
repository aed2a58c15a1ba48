//! A sandbox lives as long as the container that it is mounted in.

use super::Sandboxes;
use crate::agent::inbox::Handle;
use crate::agent::tasks::Standing;
use crate::runtime::{Runtime, RuntimeError, Started};
use ship_core::model::{TaskId, TaskSpec};

/// Starts a task in its sandbox; no task fails for want of one.
pub(in crate::agent) async fn start(
    runtime: &dyn Runtime,
    sandboxes: &Sandboxes,
    spec: &TaskSpec,
) -> Result<Started, RuntimeError> {
    let made = sandboxes.make(&spec.id).await;
    if let Err(reason) = &made {
        tracing::warn!(task = %spec.id, %reason, "cannot make a sandbox; the task runs without one");
    }
    let folder = made.ok();
    let started = runtime.start(spec, folder.as_deref()).await?;
    if folder.is_some() && !started.sandboxed {
        // An empty folder that nobody writes to would only mislead.
        drop_folder(sandboxes, &spec.id).await;
    }
    Ok(started)
}

/// Removes a task's container, and the sandbox with it.
pub(in crate::agent) async fn remove(
    runtime: &dyn Runtime,
    sandboxes: &Sandboxes,
    task: &TaskId,
) -> Result<(), RuntimeError> {
    runtime.remove(task).await?;
    drop_folder(sandboxes, task).await;
    Ok(())
}

/// Removes what containers left behind that went without our doing.
pub(in crate::agent) async fn sweep(sandboxes: Sandboxes, executor: Handle) {
    for task in sandboxes.tasks().await {
        if executor.standing(task.clone()).await == Some(Standing::Unknown) {
            drop_folder(&sandboxes, &task).await;
        }
    }
}

async fn drop_folder(sandboxes: &Sandboxes, task: &TaskId) {
    if let Err(reason) = sandboxes.remove(task).await {
        tracing::warn!(%task, %reason, "cannot remove the sandbox; tried again when the engine or the agent returns");
    }
}
