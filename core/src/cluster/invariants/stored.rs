//! What is asked of an agent is on record first: no record comes after an action, and every task that is
//! launched has one which says the same.

use super::{Step, Violation};
use crate::cluster::{Effect, Record};
use crate::model::TaskId;
use std::collections::BTreeSet;

pub(super) fn skipped(step: &Step<'_>) -> Vec<Violation> {
    late_records(step).into_iter().chain(unrecorded_launches(step)).collect()
}

fn late_records(step: &Step<'_>) -> Option<Violation> {
    let is_write = |effect: &Effect| matches!(effect, Effect::Save(_) | Effect::Forget(_));
    let first_action = step.effects.iter().position(|effect| !is_write(effect))?;
    let late = step.effects[first_action..].iter().find(|effect| is_write(effect))?;
    Some(Violation::new("stored", format!("{late:?} comes after an action")))
}

fn unrecorded_launches(step: &Step<'_>) -> Vec<Violation> {
    let saved: BTreeSet<&TaskId> = step
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Save(Record::Task(task)) => Some(&task.id),
            Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Launch { .. }
            | Effect::Kill { .. }
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Emit(_)
            | Effect::Wake(_) => None,
        })
        .collect();
    let launches = step.effects.iter().filter_map(|effect| match effect {
        Effect::Launch { agent, task } => Some((agent, task)),
        Effect::Save(_)
        | Effect::Forget(_)
        | Effect::Kill { .. }
        | Effect::Recheck { .. }
        | Effect::RemoveVolume { .. }
        | Effect::Emit(_)
        | Effect::Wake(_) => None,
    });
    launches
        .filter(|(agent, task)| {
            let known = saved.contains(&task.id) || step.before.tasks.contains_key(&task.id);
            let record = step.after.tasks.get(&task.id);
            let same = record.is_some_and(|record| {
                record.agent == **agent
                    && record.digest == task.digest
                    && record.ports == task.ports
                    && record.resources == task.resources
            });
            !known || !same
        })
        .map(|(agent, task)| Violation::new("stored", format!("{} is launched on {agent} without a record", task.id)))
        .collect()
}
