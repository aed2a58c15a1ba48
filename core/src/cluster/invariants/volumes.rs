//! What an instance keeps is used by one task at a time, which stands beside it, and goes only when it was wiped and
//! its agent said that nothing is left.

use super::{Step, Violation};
use crate::cluster::{Cluster, Effect, Input, Key};
use crate::model::{Timestamp, VolumeId};
use std::collections::BTreeSet;

pub(super) fn lost(step: &Step<'_>) -> Vec<Violation> {
    let gone = step.before.volumes.iter().filter(|(id, _)| !step.after.volumes.contains_key(*id));
    gone.filter(|(id, volume)| !(volume.wiping && is_told(step, id)))
        .map(|(id, _)| Violation::new("volumes", format!("{id} is forgotten, and nobody said that it is gone")))
        .collect()
}

/// An agent is told to remove only what somebody asked to wipe, and no task uses.
pub(super) fn removed(step: &Step<'_>) -> Vec<Violation> {
    let told = step.effects.iter().filter_map(|effect| {
        let Effect::RemoveVolume { volume, .. } = effect else { return None };
        Some(volume)
    });
    let wiped = |id: &VolumeId| step.after.volumes.get(id).is_some_and(|volume| volume.wiping);
    let used = |id: &VolumeId| step.after.tasks.values().any(|task| task.volume.as_ref() == Some(id));
    told.filter(|id| !wiped(id) || used(id))
        .map(|id| Violation::new("volumes", format!("{id} is to be removed, and is wanted")))
        .collect()
}

fn is_told(step: &Step<'_>, id: &VolumeId) -> bool {
    let forgotten = step.effects.iter().any(|effect| matches!(effect, Effect::Forget(Key::Volume(gone)) if gone == id));
    forgotten && matches!(step.input, Some(Input::VolumeRemoved { volume, .. }) if volume == id)
}

/// Two tasks on one volume would destroy its data.
pub(super) fn shared(cluster: &Cluster) -> Vec<Violation> {
    let mut used = BTreeSet::new();
    let keeping = cluster.tasks.values().filter_map(|task| Some((task, task.volume.as_ref()?)));
    keeping
        .filter_map(|(task, id)| {
            let beside = cluster.volumes.get(id).is_some_and(|volume| volume.agent == task.agent);
            let alone = used.insert(id.clone());
            let wrong = !beside || !alone || cluster.mounted.get(id) != Some(&task.id);
            wrong.then(|| Violation::new("volumes", format!("{} and its data at {id} do not belong together", task.id)))
        })
        .collect()
}

/// In peace nothing is left half wiped.
pub(super) fn unfinished(cluster: &Cluster, _now: Timestamp) -> Vec<Violation> {
    let left = cluster.volumes.values().filter(|volume| volume.wiping && cluster.answers(&volume.agent));
    left.map(|volume| Violation::new("volumes", format!("{} was to be wiped, and is still there", volume.id))).collect()
}
