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
    /// Its agent or the agent's engine does not answer just now: it keeps its place, proves nothing and
    /// is left alone.
    Unsure,
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
    let ready = count(standing.iter().filter(|task| task.state == TaskState::Ready));
    let capacity = Capacity::of(spec.instances, &spec.upgrade);
    let (current, old): (Vec<_>, Vec<_>) = standing.into_iter().partition(|task| task.current);
    let (broken, keep): (Vec<_>, Vec<_>) = current.into_iter().partition(|task| task.state == TaskState::Unhealthy);

    let kept = keep.len();
    let surplus = kept.saturating_sub(spec.instances as usize);
    let exchanging = !old.is_empty();
    let mut kill = broken;
    let mut spare = ready.saturating_sub(capacity.min_ready);
    kill.extend(stoppable(keep, spec.kill_selection, surplus, &mut spare));
    kill.extend(stoppable(old, spec.kill_selection, usize::MAX, &mut spare));

    let total = count(tasks.iter().filter(|task| task.state > TaskState::Unreachable));
    let max_total = match exchanging {
        false => capacity.max_total,
        true => capacity.with_room_to_move(ready).max_total,
    };
    let missing = (spec.instances as usize).saturating_sub(kept);
    Decision {
        kill: kill.into_iter().map(|task| task.id.clone()).collect(),
        launch: u32::try_from(missing).unwrap_or(u32::MAX).min(max_total.saturating_sub(total)),
    }
}

/// At most `limit` of the tasks, the least worth keeping first; of ready ones no more than are to spare.
fn stoppable<'a>(
    mut tasks: Vec<&'a TaskSummary>,
    selection: KillSelection,
    limit: usize,
    spare: &mut u32,
) -> Vec<&'a TaskSummary> {
    tasks.retain(|task| task.state != TaskState::Unsure);
    order_for_killing(&mut tasks, selection);
    tasks.truncate(limit);
    let (ready, mut stop): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.state == TaskState::Ready);
    let ready: Vec<_> = ready.into_iter().take(*spare as usize).collect();
    *spare -= count(ready.iter());
    stop.extend(ready);
    stop
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

fn count<T>(tasks: impl Iterator<Item = T>) -> u32 {
    u32::try_from(tasks.count()).unwrap_or(u32::MAX)
}
