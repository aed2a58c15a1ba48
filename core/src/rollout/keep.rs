//! What remains to be done for an app whose change was given up: what is healthy stays, what never became so
//! goes, and what was healthy when the change began comes back.

use super::{TaskState, TaskSummary};
use crate::model::TaskId;

/// What to stop, and how many tasks of the original configuration to start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Those that are neither ready nor on the way to bring back what is missing.
    pub kill: Vec<TaskId>,
    /// So many of the original configuration, as the maximum allows.
    pub launch: u32,
}

/// Keeps at least `floor` tasks ready, by tasks of the original configuration where ready ones are missing,
/// and never more than `max_total` by starting some.
#[must_use]
pub fn keep(floor: u32, max_total: u32, tasks: &[TaskSummary]) -> Keeping {
    let in_state = |wanted: &[TaskState]| tasks.iter().filter(|task| wanted.contains(&task.state)).count();
    let present = in_state(&[TaskState::Ready, TaskState::Unsure]);
    let mut missing = (floor as usize).saturating_sub(present);
    let mut kill = Vec::new();
    for task in tasks {
        match task.state {
            TaskState::Unreachable | TaskState::Killing | TaskState::Unsure | TaskState::Ready => {}
            TaskState::Staging | TaskState::Unproven if task.original && missing > 0 => missing -= 1,
            TaskState::Staging | TaskState::Unproven | TaskState::Unhealthy => kill.push(task.id.clone()),
        }
    }
    let total = tasks.len() - in_state(&[TaskState::Unreachable]);
    let room = (max_total as usize).saturating_sub(total);
    Keeping { kill, launch: u32::try_from(missing.min(room)).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn task(name: &str, original: bool, state: TaskState) -> TaskSummary {
        TaskSummary { id: TaskId::new(name), current: !original, original, state, launched_at: Timestamp(1) }
    }

    fn names(keeping: &Keeping) -> Vec<&str> {
        keeping.kill.iter().map(TaskId::as_str).collect()
    }

    #[test]
    fn what_was_healthy_comes_back_and_what_never_was_goes() {
        let tasks = [
            task("old", true, TaskState::Ready),
            task("new", false, TaskState::Ready),
            task("starting", false, TaskState::Staging),
            task("broken", false, TaskState::Unhealthy),
        ];
        let keeping = keep(4, 10, &tasks);
        assert_eq!(names(&keeping), ["starting", "broken"]);
        assert_eq!(keeping.launch, 2);
    }

    #[test]
    fn what_is_coming_back_is_waited_for() {
        let tasks = [task("old", true, TaskState::Ready), task("back", true, TaskState::Unproven)];
        assert_eq!(keep(2, 10, &tasks), Keeping::default());
    }

    #[test]
    fn it_stays_within_the_maximum() {
        let tasks = [task("going", false, TaskState::Killing), task("new", false, TaskState::Ready)];
        assert_eq!(keep(2, 2, &tasks).launch, 0);
        assert_eq!(keep(2, 3, &tasks).launch, 1);
    }

    #[test]
    fn an_app_that_was_not_there_keeps_what_came_up() {
        let tasks = [task("up", false, TaskState::Ready), task("down", false, TaskState::Unproven)];
        let keeping = keep(0, 4, &tasks);
        assert_eq!((names(&keeping), keeping.launch), (vec!["down"], 0));
    }
}
