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
        if self.score.calls % FULL_CHECK == 0 {
            broken.extend(invariants::broken(after));
        }
        broken.extend(effects.iter().filter_map(|effect| self.judge_belief(effect)));
        self.note_moves(before, effects);
        for violation in broken {
            self.violated(violation);
        }
    }

    /// What the core takes for proven must have happened.
    fn judge_belief(&self, effect: &Effect) -> Option<Violation> {
        let Effect::Save(Record::Task(task)) = effect else { return None };
        let TaskPhase::Running { health, ready, .. } = &task.phase else { return None };
        let proven = self.proven.get(&task.id).copied().unwrap_or_default();
        let by_check = self.readiness_asked(task) && !proven.rechecked;
        let believed =
            proven.ran && (proven.healthy || *health != Health::Healthy) && (proven.ready || !*ready || !by_check);
        (!believed)
            .then(|| Violation::new("truth", format!("{} is taken for {:?}, and is {proven:?}", task.id, task.phase)))
    }

    fn readiness_asked(&self, task: &TaskRecord) -> bool {
        let on_agent = self.agents[crate::world::number(&task.agent)].containers.get(&task.id);
        on_agent.is_some_and(|container| container.spec.checks.readiness.is_some())
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
