//! After every call of the core, and whenever something comes true: was a promise broken?

use crate::agent::Container;
use crate::world::World;
use ship_core::cluster::invariants::{self, STEP_CHECKS, Step, Violation};
use ship_core::cluster::{Cluster, Effect, Health, Input, Key, Record, TaskPhase, TaskRecord};
use ship_core::model::{Resources, TaskId, UnreachableStrategy};

/// A whole cluster is judged once in so many calls.
const FULL_CHECK: u64 = 64;

impl World {
    /// One call of the core, against its promises and against the truth.
    pub(crate) fn judge(&mut self, input: Option<&Input>, before: &Cluster, effects: &[Effect]) {
        let now = self.now();
        self.score.calls += 1;
        self.score.checks += STEP_CHECKS;
        let Some(after) = &self.master.cluster else { return };
        let mut broken = invariants::broken_by(&Step { now, input, before, effects, after });
        if self.score.calls.is_multiple_of(FULL_CHECK) {
            broken.extend(invariants::broken(after));
        }
        broken.extend(effects.iter().filter_map(|effect| self.judge_belief(before, effect)));
        self.note_moves(before, effects);
        for effect in effects.iter().filter(|_| !broken.is_empty()) {
            self.trace.say(now, "decided", || format!("{effect:?}"));
        }
        for violation in broken {
            self.violated(violation);
        }
    }

    /// What the core comes to believe must have happened.
    fn judge_belief(&self, before: &Cluster, effect: &Effect) -> Option<Violation> {
        let Effect::Save(Record::Task(task)) = effect else { return None };
        let belief = |task: &TaskRecord| match &task.phase {
            TaskPhase::Running { health, ready, .. } => (true, *health == Health::Healthy, *ready),
            TaskPhase::Staging | TaskPhase::Killing { .. } => (false, false, false),
        };
        let (ran, healthy, ready) = belief(task);
        let (_, was_healthy, was_ready) = before.task(&task.id).map_or_else(Default::default, |task| belief(task));
        let proven = self.proven.get(&task.id).copied().unwrap_or_default();
        let asked = before.spec(&task.app).is_some_and(|spec| spec.checks.readiness.is_some());
        let lacks_proof = (ran && !proven.ran)
            || (healthy && !was_healthy && !proven.healthy)
            || (ready && !was_ready && asked && self.is_current(before, task) && !proven.ready);
        let detail = || format!("{} is taken for {:?}, and is {proven:?}", task.id, task.phase);
        lacks_proof.then(|| Violation::new("truth", detail()))
    }

    /// Of the app's present definition, so that its checks are the task's.
    fn is_current(&self, before: &Cluster, task: &TaskRecord) -> bool {
        let after = self.master.cluster.as_ref().and_then(|after| after.spec(&task.app));
        let unchanged = after.zip(before.spec(&task.app)).is_some_and(|(after, before)| after.checks == before.checks);
        unchanged && before.app_record(&task.app).is_some_and(|app| app.digest == task.digest)
    }

    /// A container is about to run: with room on its machine, ports of its own, and on record.
    pub(crate) fn judge_start(&mut self, agent: usize, id: &TaskId, container: &Container) {
        let state = &self.agents[agent];
        let others = || state.running().filter(|(other, _)| *other != id).map(|(_, container)| &container.spec);
        let sum = others().fold(container.spec.resources, |sum: Resources, spec| sum + spec.resources);
        let mut broken = Vec::new();
        if !sum.fits_in(&state.info.resources) {
            broken.push(Violation::new("agents", format!("{} really runs {sum:?} with {id}", state.info.id)));
        }
        let ports: Vec<u16> = container.spec.ports.iter().filter_map(|port| port.host).collect();
        let taken =
            others().find(|spec| spec.ports.iter().any(|port| port.host.is_some_and(|host| ports.contains(&host))));
        if let Some(other) = taken {
            broken.push(Violation::new("ports", format!("{id} really shares a port with {}", other.id)));
        }
        if self.is_resident(id) && !self.master.has_stored(&Key::Task(id.clone())) {
            broken.push(Violation::new("resident", format!("{id} starts, and its record is gone")));
        }
        for violation in broken {
            self.violated(violation);
        }
    }

    /// Apps of some names are resident in all their definitions.
    fn is_resident(&self, id: &TaskId) -> bool {
        let published = self.master.published.as_ref();
        let task = published.and_then(|published| published.task(id));
        let spec = task.and_then(|task| published?.spec(&task.app));
        spec.is_some_and(|spec| {
            spec.unreachable == UnreachableStrategy::Disabled && spec.upgrade.maximum_over_capacity == 0.0
        })
    }
}
