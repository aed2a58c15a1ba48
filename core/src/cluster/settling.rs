//! Tasks that nothing checks prove themselves by holding out: one that cannot do its work mostly ends soon, and
//! must not count as ready before, or the tasks that it is to replace would be gone.

use super::state::Due;
use super::turn::Turn;
use super::{Health, TaskPhase, TaskRecord};
use crate::model::{AppId, Timestamp};
use crate::planted::{self, Bug};
use std::sync::Arc;
use std::time::Duration;

impl Turn<'_> {
    pub(super) fn prove_by_time(&mut self, id: &AppId) {
        let settling = self.settling(id);
        let (waiting, done): (Vec<_>, Vec<_>) =
            settling.into_iter().partition(|(_, at)| self.now < *at && !planted::is(Bug::SkipSettling));
        for (task, _) in done {
            let TaskPhase::Running { since, address, ready, .. } = &task.phase else { continue };
            let (since, address, health, ready) = (*since, address.clone(), Health::Unchecked, *ready);
            self.set_phase(&task, TaskPhase::Running { since, address, health, ready });
            self.note_success(&task);
        }
        if let Some(at) = waiting.into_iter().map(|(_, at)| at).min() {
            self.wake_at(at, Due::App(id.clone()));
        }
    }

    /// The app's tasks that still have to hold out, and until when. Of those without word nobody knows.
    fn settling(&self, id: &AppId) -> Vec<(Arc<TaskRecord>, Timestamp)> {
        let Some(app) = self.cluster.apps.get(id).map(|app| &app.record) else { return Vec::new() };
        let until = |task: &Arc<TaskRecord>| match &task.phase {
            TaskPhase::Running { health: Health::Settling, since, .. } if self.cluster.answers(&task.agent) => {
                let spec = app.edition_of(task).map_or(&*app.spec, |edition| edition.spec);
                Some(*since + Duration::from_secs(u64::from(spec.rollout.settling_secs)))
            }
            TaskPhase::Running { .. } | TaskPhase::Staging | TaskPhase::Killing { .. } => None,
        };
        self.cluster.tasks_of(id).filter_map(|task| Some((Arc::clone(task), until(task)?))).collect()
    }
}
