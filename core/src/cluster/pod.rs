//! The containers of a pod's task, complete as its agent needs them.

use super::TaskRecord;
use super::environment::{container_environment, pod_environment};
use crate::model::{AppSpec, Companion, Mount, PodSpec, PodTask, TaskId};
use std::collections::BTreeSet;

/// Everything that is a pod's of its task. `host` is the name of the task's machine.
pub(super) fn pod_task(task: &TaskRecord, app: &AppSpec, pod: &PodSpec, host: &str) -> PodTask {
    let run = &app.run;
    let shared = pod_environment(task, app, host);
    let companion = |companion: &Companion| Companion {
        env: container_environment(&shared, &companion.name, companion.resources, &companion.env),
        mounts: engine_mounts(&task.id, &companion.mounts),
        ..companion.clone()
    };
    let mounts = run.companions.iter().flat_map(|companion| &companion.mounts).chain(&run.mounts);
    let volumes: BTreeSet<String> = mounts.map(|mount| engine_volume(&task.id, &mount.name)).collect();
    PodTask {
        container: pod.container.clone(),
        resources: run.resources,
        companions: run.companions.iter().map(companion).collect(),
        volumes: volumes.into_iter().collect(),
    }
}

/// Mounts of a pod's volumes, by the names under which the engine makes them for this task.
pub(super) fn engine_mounts(task: &TaskId, mounts: &[Mount]) -> Vec<Mount> {
    mounts.iter().map(|mount| Mount { name: engine_volume(task, &mount.name), ..mount.clone() }).collect()
}

fn engine_volume(task: &TaskId, volume: &str) -> String {
    format!("{task}.{volume}")
}
