//! Which tasks to stop and how many to start, now. Called after every event; converges because each
//! call moves the app towards its goal or waits for something outside.

use super::{Capacity, TaskState, TaskSummary, order_for_killing};
use crate::model::{AppSpec, KillSelection, TaskId};
use crate::planted::{self, Bug};

/// What to do for an app now; nothing of it is kept for the next time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// In the order they should go: broken, surplus, or replaced already.
    pub kill: Vec<TaskId>,
    /// Ready old ones that may go to make room, in the order they should go. For each it must be proven
    /// first that its replacement finds a place.
    pub exchange: Vec<TaskId>,
    /// So many tasks of the wanted configuration, at most as many as the maximum leaves room for.
    pub launch: u32,
    /// So many instances have no task of either configuration; they need room before any exchange does.
    pub owed: u32,
    /// So many ready old ones must stay for the sake of the minimum.
    pub bound: u32,
}

/// Decides for an app that should have `spec.instances` current tasks. Unhealthy tasks are replaced,
/// surplus ones stopped, old ones exchanged for current ones; ready tasks stay at or above the minimum,
/// all tasks together at or below the maximum of the app's `upgradeStrategy`.
#[must_use]
pub fn decide(spec: &AppSpec, tasks: &[TaskSummary]) -> Decision {
    let standing: Vec<&TaskSummary> = tasks.iter().filter(|task| task.state > TaskState::Killing).collect();
    let ready = count(standing.iter().filter(|task| task.state == TaskState::Ready));
    let capacity = Capacity::of(spec.instances, &spec.upgrade);
    let capacity = match standing.iter().any(|task| !task.current) {
        true => capacity.with_room_to_move(ready, spec.replaces_in_place()),
        false => capacity,
    };
    let (current, old): (Vec<_>, Vec<_>) = standing.into_iter().partition(|task| task.current);
    let (broken, keep): (Vec<_>, Vec<_>) = current.into_iter().partition(|task| task.state == TaskState::Unhealthy);

    let kept = count(keep.iter());
    let old_ready_all = count(old.iter().filter(|task| task.state == TaskState::Ready));
    let old_standing = count(old.iter().filter(|task| task.state != TaskState::Unhealthy));
    // A task that does not answer just now may be lost: surplus ones stay as long as the minimum may need them.
    let answering = count(keep.iter().filter(|task| task.state != TaskState::Unsure));
    let surplus = kept.saturating_sub(spec.instances).min(answering.saturating_sub(capacity.min_ready));
    let mut kill = broken;
    let counted = if planted::is(Bug::KillBeforeHealthy) { kept + old_ready_all } else { ready };
    let mut spare = counted.saturating_sub(capacity.min_ready);
    kill.extend(stoppable(keep, spec.kill_selection, surplus as usize, &mut spare));
    let old = stoppable(old, spec.kill_selection, usize::MAX, &mut spare);
    let (old_ready, old_rest): (Vec<_>, Vec<_>) = old.into_iter().partition(|task| task.state == TaskState::Ready);
    kill.extend(old_rest);
    let bound = old_ready_all - count(old_ready.iter());
    let replaced = (kept + old_standing).saturating_sub(spec.instances) as usize;
    let (replaced, exchange) = old_ready.split_at(replaced.min(old_ready.len()));
    kill.extend(replaced);

    let total = count(tasks.iter().filter(|task| task.state > TaskState::Unreachable));
    let missing = spec.instances.saturating_sub(kept);
    Decision {
        kill: ids(&kill),
        exchange: ids(exchange),
        launch: missing.min(capacity.max_total.saturating_sub(total)),
        owed: missing.saturating_sub(old_standing),
        bound,
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

fn ids(tasks: &[&TaskSummary]) -> Vec<TaskId> {
    tasks.iter().map(|task| task.id.clone()).collect()
}

fn count<T>(tasks: impl Iterator<Item = T>) -> u32 {
    u32::try_from(tasks.count()).unwrap_or(u32::MAX)
}
