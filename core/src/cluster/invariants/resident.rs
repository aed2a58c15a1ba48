//! No two tasks for one instance of an app that waits for its agents (`unreachableStrategy` disabled) and may not go
//! over its instances, as those with volumes of their own: its tasks, those out of reach included, never exceed
//! them, and none is forgotten before its own agent said that it ended.

use super::{Step, Violation, maximum};
use crate::cluster::{AppRecord, Effect, Input, Key, TaskRecord};
use crate::model::{AppSpec, UnreachableStrategy};

pub(super) fn doubled(step: &Step<'_>) -> Vec<Violation> {
    crowded(step).into_iter().chain(forgotten(step)).collect()
}

/// Whether two tasks must never fill one instance of the app.
fn is_resident(spec: &AppSpec) -> bool {
    spec.unreachable == UnreachableStrategy::Disabled && spec.upgrade.maximum_over_capacity == 0.0
}

fn crowded(step: &Step<'_>) -> Option<Violation> {
    let too_many = |app: &AppRecord| step.after.tasks_of(&app.spec.id).count() > maximum::allowed(step, app);
    let apps = step.launched().filter_map(|task| step.app_after(&task.app)).map(|app| &app.record);
    let app = apps.into_iter().find(|app| is_resident(&app.spec) && too_many(app))?;
    Some(Violation::new("resident", format!("{} has more tasks than instances", app.spec.id)))
}

fn forgotten(step: &Step<'_>) -> Option<Violation> {
    let resident = |task: &&std::sync::Arc<TaskRecord>| {
        let (before, after) = (step.app_before(&task.app), step.app_after(&task.app));
        [before, after].into_iter().flatten().all(|app| is_resident(&app.record.spec))
    };
    let gone = step.effects.iter().filter_map(|effect| match effect {
        Effect::Forget(Key::Task(id)) => step.before.tasks.get(id),
        Effect::Forget(_)
        | Effect::Save(_)
        | Effect::Launch { .. }
        | Effect::Kill { .. }
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Emit(_)
        | Effect::Wake(_) => None,
    });
    let task = gone.filter(resident).find(|task| !told_by_its_agent(step, task))?;
    Some(Violation::new("resident", format!("{} was forgotten, and its agent did not say that it ended", task.id)))
}

fn told_by_its_agent(step: &Step<'_>, task: &TaskRecord) -> bool {
    match step.input {
        Some(Input::TaskUpdate { agent, .. }) => *agent == task.agent,
        Some(Input::AgentJoined { info, .. }) => info.id == task.agent,
        // Whoever frees its data gives it up.
        Some(Input::Wipe { volume }) => task.volume.as_ref() == Some(volume),
        Some(
            Input::Desired { .. }
            | Input::AgentChanged { .. }
            | Input::AgentLost { .. }
            | Input::Cancel { .. }
            | Input::Resume { .. }
            | Input::RevertRefused { .. }
            | Input::Drain { .. }
            | Input::Undrain { .. }
            | Input::VolumeRemoved { .. }
            | Input::Kill { .. }
            | Input::EndPause { .. }
            | Input::Tick,
        )
        | None => false,
    }
}
