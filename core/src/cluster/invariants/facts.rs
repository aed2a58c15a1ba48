//! What the records say, read anew: nothing here asks the code that decides.

use crate::cluster::{AGENT_TIMEOUT, AgentRecord, AppRecord, Cluster, Health, TaskPhase, TaskRecord};
use crate::model::{AppId, AppSpec, EngineState, GroupId, Timestamp, UnreachableStrategy};
use std::collections::BTreeSet;
use std::time::Duration;

/// Shares are sums of decimals that binary fractions only come near to.
const TOLERANCE: f64 = 1e-6;

impl Cluster {
    /// The task runs, all its checks said yes or have not spoken since they are others, and its agent would tell
    /// if that were no longer so.
    pub(super) fn proves_ready(&self, task: &TaskRecord) -> bool {
        let proven = match &task.phase {
            TaskPhase::Running { health, ready, .. } => {
                *ready && matches!(health, Health::Unchecked | Health::Presumed | Health::Healthy)
            }
            TaskPhase::Staging | TaskPhase::Killing { .. } => false,
        };
        let answers =
            |agent: &AgentRecord| agent.lost_since.is_none() && matches!(agent.info.engine, EngineState::Up { .. });
        proven && self.agents.get(&task.agent).is_some_and(|agent| answers(&agent.record))
    }

    pub(super) fn ready_tasks(&self, app: &AppId) -> usize {
        self.tasks_of(app).filter(|task| self.proves_ready(task)).count()
    }

    /// Some of its tasks start, prove themselves or stop.
    pub(super) fn is_moving(&self, app: &AppId) -> bool {
        self.tasks_of(app).any(|task| !self.proves_ready(task))
    }

    /// Tasks that hold a place: all but those whose agent is away for longer than the app tolerates.
    pub(super) fn present_tasks(&self, app: &AppRecord, now: Timestamp) -> usize {
        self.tasks_of(&app.spec.id).filter(|task| !self.is_given_up_on(task, &app.spec, now)).count()
    }

    pub(super) fn is_given_up_on(&self, task: &TaskRecord, spec: &AppSpec, now: Timestamp) -> bool {
        let lost = self.agents.get(&task.agent).and_then(|agent| agent.record.lost_since);
        match (lost, spec.unreachable) {
            (None, _) | (_, UnreachableStrategy::Disabled) => false,
            (Some(since), UnreachableStrategy::Replace { inactive_after_secs, .. }) => {
                now.since(since) >= AGENT_TIMEOUT.max(Duration::from_secs(u64::from(inactive_after_secs)))
            }
        }
    }

    /// Every instance is there, is of the app's present definition, stands where it may and is ready.
    pub(super) fn is_as_wanted(&self, app: &AppRecord, now: Timestamp) -> bool {
        let digest = app.spec.run_digest();
        let tasks = self.tasks_of(&app.spec.id).filter(|task| !self.is_given_up_on(task, &app.spec, now));
        let is_good = |task: &TaskRecord| {
            task.digest == digest && !task.misplaced && !task.is_presumed() && self.proves_ready(task)
        };
        let (good, bad): (Vec<_>, Vec<_>) = tasks.partition(|task| is_good(task));
        bad.is_empty() && good.len() == app.spec.instances as usize
    }

    /// Whom the app's own definition and those of the groups around it name, as apps that are wanted.
    pub(super) fn named_dependencies(&self, app: &AppId) -> BTreeSet<&AppId> {
        let own = self.wanted.apps.get(app).into_iter().flat_map(|spec| &spec.dependencies);
        let around = self.wanted.groups.iter().filter(|(group, _)| group.holds(app));
        let named: BTreeSet<&GroupId> = own.chain(around.flat_map(|(_, group)| &group.dependencies)).collect();
        let is_app = |path: &GroupId| AppId::parse(path.as_str()).is_ok_and(|id| self.wanted.apps.contains_key(&id));
        let names = |path: &GroupId, id: &AppId| path.as_str() == id.as_str() || (!is_app(path) && path.holds(id));
        let is_named = |id: &AppId| named.iter().any(|path| names(path, id));
        self.wanted.apps.keys().filter(|id| *id != app && is_named(id)).collect()
    }
}

/// At least this share of the instances; one less where a task that is replaced in place could not go otherwise.
pub(super) fn is_enough(ready: usize, spec: &AppSpec) -> bool {
    let promised = f64::from(spec.instances) * spec.upgrade.minimum_health_capacity;
    let nothing_may_go = promised > f64::from(spec.instances) - 1.0 + TOLERANCE;
    let less = if spec.replaces_in_place() && nothing_may_go { 1.0 } else { 0.0 };
    as_f64(ready) + TOLERANCE >= promised - less
}

/// The most tasks that the app may have on the way.
pub(super) fn most(spec: &AppSpec) -> usize {
    let limit = f64::from(spec.instances) * (1.0 + spec.upgrade.maximum_over_capacity) + TOLERANCE;
    (0..).take_while(|tasks| as_f64(*tasks) <= limit).last().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of tasks are far below 2^53")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
