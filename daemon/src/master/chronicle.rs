//! Which events are stored with their deployment, so that it can be replayed after the log has moved on and
//! after a restart: what a terminal would be shown, up to a bound.

use crate::store::{Changes, Numbered, Told};
use ship_core::cluster::{Event, Happening, Reporter};
use ship_core::model::{DeploymentId, Timestamp};
use std::collections::BTreeMap;

/// Per deployment, some 1 MB. Beyond it only turning points are stored, a handful per app.
const STORED_MAX: usize = 4096;
/// Numbers that are taken at a time, so that few batches have to store how many are.
const NUMBERS_AT_ONCE: u64 = 1_000_000_000;

/// What is stored so far.
#[derive(Debug)]
pub(super) struct Chronicle {
    of: BTreeMap<DeploymentId, Chapter>,
    /// Durably: no number below is given to an event after a restart.
    taken: u64,
}

#[derive(Debug)]
struct Chapter {
    stored: usize,
    /// Knows what would be no news to a reader.
    reporter: Reporter,
}

impl Chronicle {
    pub(super) fn new(told: Told) -> Self {
        let of = told.counts.into_iter().map(|(id, stored)| (id, Chapter::new(stored)));
        Self { of: of.collect(), taken: told.taken }
    }

    /// Adds to `changes` what is to be stored of an event.
    pub(super) fn note(&mut self, told: &Numbered, changes: &mut Changes) {
        if told.number >= self.taken {
            self.taken = told.number + NUMBERS_AT_ONCE;
            changes.take_numbers(self.taken);
        }
        let Some(id) = &told.event.deployment else { return };
        // The same commit may be wanted again: what counts is its latest run.
        if matches!(told.event.what, Happening::DeploymentStarted { .. }) {
            self.forget(id);
            changes.untell(id);
        }
        let chapter = self.of.entry(id.clone()).or_insert_with(|| Chapter::new(0));
        if chapter.takes(&told.event) {
            changes.tell(id, told.clone());
        }
    }

    pub(super) fn forget(&mut self, id: &DeploymentId) {
        self.of.remove(id);
    }
}

impl Chapter {
    fn new(stored: usize) -> Self {
        // Only its judgement is asked for, not its lines, so the moment does not matter.
        Self { stored, reporter: Reporter::new(Timestamp::default()) }
    }

    fn takes(&mut self, event: &Event) -> bool {
        let turns = is_turning_point(&event.what);
        let takes = turns || (self.stored < STORED_MAX && !self.reporter.lines(event).is_empty());
        self.stored += usize::from(takes);
        if matches!(event.what, Happening::DeploymentEnded { .. }) {
            // What a reader was told matters no more, and there may be hundreds that ended.
            self.reporter = Reporter::new(Timestamp::default());
        }
        takes
    }
}

/// Without these a replay would tell another story.
fn is_turning_point(what: &Happening) -> bool {
    match what {
        Happening::DeploymentStarted { .. }
        | Happening::DeploymentEnded { .. }
        | Happening::RolloutStarted
        | Happening::RolloutDone
        | Happening::RolloutFailed { .. }
        | Happening::RolloutReverting { .. }
        | Happening::RolloutReverted { .. }
        | Happening::RolloutCancelled
        | Happening::RolloutResumed => true,
        Happening::RolloutProgress { .. }
        | Happening::Waiting { .. }
        | Happening::TaskLaunched { .. }
        | Happening::TaskPulling { .. }
        | Happening::TaskRunning { .. }
        | Happening::TaskHealthy { .. }
        | Happening::TaskReady { .. }
        | Happening::TaskUnhealthy { .. }
        | Happening::TaskFailed { .. }
        | Happening::TaskStopping { .. }
        | Happening::TaskStopped { .. }
        | Happening::TaskUnreachable { .. }
        | Happening::TaskReturned { .. }
        | Happening::TaskForgotten { .. }
        | Happening::StrangerEnded { .. }
        | Happening::TaskPreempted { .. }
        | Happening::AgentJoined { .. }
        | Happening::AgentLost { .. }
        | Happening::AgentDraining { .. }
        | Happening::AgentDrained { .. }
        | Happening::AgentUndrained { .. }
        | Happening::EngineDown { .. }
        | Happening::AgentChanged { .. }
        | Happening::EngineUp { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ship_core::model::AppId;
    use std::sync::Arc;

    fn event(number: u64, what: Happening) -> Numbered {
        let (deployment, app) = (Some(DeploymentId::new("one")), Some(AppId::parse("web").unwrap()));
        Numbered { number, event: Arc::new(Event { at: Timestamp(1), deployment, app, what, task: None }) }
    }

    fn stores(chronicle: &mut Chronicle, event: &Numbered) -> bool {
        let mut changes = Changes::default();
        chronicle.note(event, &mut changes);
        changes != Changes::default()
    }

    #[test]
    fn beyond_the_bound_only_turning_points_are_stored() {
        let told = Told { counts: [(DeploymentId::new("one"), STORED_MAX - 1)].into(), taken: 100 };
        let mut chronicle = Chronicle::new(told);
        let progress = |ready| event(1, Happening::RolloutProgress { ready, wanted: 9, old: 0 });
        assert!(stores(&mut chronicle, &progress(1)));
        assert!(!stores(&mut chronicle, &progress(2)));
        assert!(stores(&mut chronicle, &event(3, Happening::RolloutDone)));
    }

    #[test]
    fn numbers_are_taken_before_they_are_given() {
        let mut chronicle = Chronicle::new(Told { counts: BTreeMap::new(), taken: 5 });
        let mut changes = Changes::default();
        chronicle.note(&event(4, Happening::RolloutStarted), &mut changes);
        let mut expected = Changes::default();
        expected.tell(&DeploymentId::new("one"), event(4, Happening::RolloutStarted));
        assert_eq!(changes, expected);
        chronicle.note(&event(5, Happening::RolloutDone), &mut changes);
        expected.tell(&DeploymentId::new("one"), event(5, Happening::RolloutDone));
        expected.take_numbers(5 + NUMBERS_AT_ONCE);
        assert_eq!(changes, expected);
    }
}
