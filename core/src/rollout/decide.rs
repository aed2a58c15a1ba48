//! Which tasks to stop and how many to start, now. Called after every event; converges because each
//! call moves the app towards its goal or waits for something outside.

use super::Capacity;
use crate::model::{AppSpec, KillSelection, TaskId, Timestamp};

/// One task, as far as the rollout cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskSummary {
    pub id: TaskId,
    /// Has the wanted configuration and stands where it may.
    pub current: bool,
    pub state: TaskState,
    pub launched_at: Timestamp,
}

/// From least to most worth keeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskState {
    /// Its agent is away for longer than the app tolerates: it fills no place and cannot be stopped.
    Unreachable,
    /// On its way out.
    Killing,
    /// Its health checks found it broken.
    Unhealthy,
    /// Not running yet.
    Staging,
    /// Runs, without a first verdict of its health checks.
    Unproven,
    Ready,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// In the order they should go.
    pub kill: Vec<TaskId>,
    pub launch: u32,
}

/// Decides for an app that should have `spec.instances` current tasks. Unhealthy tasks are replaced,
/// surplus ones stopped, old ones exchanged for current ones; ready tasks stay at or above the minimum,
/// all tasks together at or below the maximum of the app's `upgradeStrategy`.
#[must_use]
pub fn decide(spec: &AppSpec, tasks: &[TaskSummary]) -> Decision {
    let standing: Vec<&TaskSummary> = tasks.iter().filter(|task| task.state > TaskState::Killing).collect();
    let ready = count(&standing, |task| task.state == TaskState::Ready);
    let (current, mut old): (Vec<_>, Vec<_>) = standing.into_iter().partition(|task| task.current);
    let capacity = Capacity::of(spec.instances, &spec.upgrade);

    let mut kill: Vec<&TaskSummary> =
        current.iter().copied().filter(|task| task.state == TaskState::Unhealthy).collect();
    let mut keep: Vec<&TaskSummary> =
        current.iter().copied().filter(|task| task.state != TaskState::Unhealthy).collect();
    kill.extend(surplus(&mut keep, spec));

    let ready_after = ready - count(&kill, |task| task.state == TaskState::Ready);
    let may_stop = ready_after.saturating_sub(capacity.min_ready);
    order_for_killing(&mut old, spec.kill_selection);
    let ready_old = old.iter().filter(|task| task.state == TaskState::Ready).take(may_stop as usize);
    kill.extend(old.iter().filter(|task| task.state != TaskState::Ready));
    kill.extend(ready_old);

    let total = count_all(tasks.iter().filter(|task| task.state > TaskState::Unreachable));
    let max_total = match old.is_empty() {
        true => capacity.max_total,
        false => capacity.with_room_to_move(ready).max_total,
    };
    let missing = spec.instances.saturating_sub(count_all(keep.iter()));
    Decision {
        kill: kill.into_iter().map(|task| task.id.clone()).collect(),
        launch: missing.min(max_total.saturating_sub(total)),
    }
}

/// Takes from `keep` what is above the wanted number, the least worth keeping first.
fn surplus<'a>(keep: &mut Vec<&'a TaskSummary>, spec: &AppSpec) -> Vec<&'a TaskSummary> {
    let above = keep.len().saturating_sub(spec.instances as usize);
    order_for_killing(keep, spec.kill_selection);
    keep.drain(..above).collect()
}

/// The least worth keeping first, then by the app's `killSelection`, then by id.
fn order_for_killing(tasks: &mut [&TaskSummary], selection: KillSelection) {
    tasks.sort_by(|a, b| {
        let by_age = match selection {
            KillSelection::YoungestFirst => b.launched_at.cmp(&a.launched_at).then_with(|| b.id.cmp(&a.id)),
            KillSelection::OldestFirst => a.launched_at.cmp(&b.launched_at).then_with(|| a.id.cmp(&b.id)),
        };
        a.state.cmp(&b.state).then(by_age)
    });
}

fn count(tasks: &[&TaskSummary], which: impl Fn(&TaskSummary) -> bool) -> u32 {
    count_all(tasks.iter().filter(|task| which(task)))
}

fn count_all<T>(tasks: impl Iterator<Item = T>) -> u32 {
    u32::try_from(tasks.count()).unwrap_or(u32::MAX)
}
