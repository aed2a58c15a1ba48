//! A cluster, a clock and agents in memory. The agents do what they are told; how soon is their tempo. Time
//! passes only when nothing else is left to do.

use ship_core::cluster::invariants::{Step, broken_by};
use ship_core::cluster::{Cluster, Commit, Effect, Input, TaskReport};
use ship_core::model::{AgentId, CommitId, DeploymentId, TaskId, TaskSpec, TaskStatus, Timestamp, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// More turns than any case needs.
const TURNS: usize = 100_000;

#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) cluster: Cluster,
    pub(crate) now: Timestamp,
    pub(crate) tempo: Tempo,
    /// Images that no agent can pull.
    pub(crate) unpullable: BTreeSet<String>,
    /// Images whose tasks never pass their health checks.
    pub(crate) unhealthy: BTreeSet<String>,
    /// Agents that cannot be reached, or cannot reach their engines.
    silent: BTreeSet<AgentId>,
    /// By their moment, then in the order they were caused.
    answers: BTreeMap<(Timestamp, u64), (AgentId, TaskReport)>,
    caused: u64,
    wake: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tempo {
    /// Each order is carried out before the next is given.
    Prompt,
    /// Seconds pass over each order, over some more than over others; which ones differs by number.
    Slow(u64),
}

impl Driver {
    pub(crate) fn new() -> Self {
        let mut made = Self {
            cluster: Cluster::new(7),
            now: Timestamp(1_000_000),
            tempo: Tempo::Prompt,
            unpullable: BTreeSet::new(),
            unhealthy: BTreeSet::new(),
            silent: BTreeSet::new(),
            answers: BTreeMap::new(),
            caused: 0,
            wake: None,
        };
        let effects = made.cluster.start(made.now);
        made.carry_out(&effects);
        made
    }

    /// Panics if the cluster breaks a promise that always holds.
    pub(crate) fn feed(&mut self, input: &Input) -> Vec<Effect> {
        let before = self.cluster.clone();
        let effects = self.cluster.handle(self.now, input.clone());
        let (input, after) = (Some(input), &self.cluster);
        let step = Step { now: self.now, input, before: &before, effects: &effects, after };
        assert_eq!(broken_by(&step), []);
        self.carry_out(&effects);
        effects
    }

    /// Asks for another desired state.
    pub(crate) fn push(&mut self, name: &str, wanted: &Wanted) -> (DeploymentId, Vec<Effect>) {
        let id = CommitId::new(name);
        let deployment = DeploymentId::new(name);
        let commit =
            Commit { id, author: "Test <test@example.org>".into(), subject: name.into(), reverts: None, version: None };
        (deployment, self.feed(&Input::Desired { commit, wanted: wanted.clone() }))
    }

    /// From now on nothing comes from this agent any more.
    pub(crate) fn silence(&mut self, agent: &AgentId) {
        self.silent.insert(agent.clone());
        self.answers.retain(|_, (from, _)| from != agent);
    }

    /// The next thing that happens before `end`; `None` if nothing does.
    pub(crate) fn step(&mut self, end: Timestamp) -> Option<Vec<Effect>> {
        let answer = self.answers.first_key_value().map(|((at, _), _)| *at).filter(|at| *at <= end);
        let wake = self.wake.filter(|wake| *wake <= end && answer.is_none_or(|answer| *wake < answer));
        if let Some(wake) = wake {
            self.wake = None;
            self.now = self.now.max(wake);
            return Some(self.feed(&Input::Tick));
        }
        let ((at, _), (agent, report)) = answer.and_then(|_| self.answers.pop_first())?;
        self.now = self.now.max(at);
        Some(self.feed(&Input::TaskUpdate { agent, report }))
    }

    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        self.pass_until(end, |_| false);
        self.now = end;
    }

    /// Stops early once the cluster is as asked for.
    pub(crate) fn pass_until(&mut self, end: Timestamp, enough: impl Fn(&Self) -> bool) {
        for _ in 0..TURNS {
            if enough(self) || self.step(end).is_none() {
                return;
            }
        }
        panic!("things happen without end");
    }

    fn carry_out(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Launch { agent, task } => self.launched(agent, task),
                Effect::Kill { agent, task, .. } => {
                    let exited =
                        TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None };
                    self.answer(agent, task, [exited]);
                }
                Effect::Recheck { agent, task, checks } if checks.gate() => {
                    self.answer(agent, task, [TaskStatus::Health { healthy: true, cause: None }, TaskStatus::Ready]);
                }
                Effect::Wake(at) => self.wake = Some(self.wake.map_or(*at, |wake| wake.min(*at))),
                Effect::Recheck { .. }
                | Effect::RemoveVolume { .. }
                | Effect::Save(_)
                | Effect::Forget(_)
                | Effect::Emit(_) => {}
            }
        }
    }

    fn launched(&mut self, agent: &AgentId, task: &TaskSpec) {
        let image = &task.image.name;
        if self.unpullable.contains(image) {
            let reason = format!("no such image: {image}");
            return self.answer(agent, &task.id, [TaskStatus::Refused { reason }]);
        }
        let running = TaskStatus::Running { address: None };
        let healthy = !self.unhealthy.contains(image);
        let cause = (!healthy).then(|| "status 500".to_owned());
        let health = (!task.checks.health.is_empty()).then_some(TaskStatus::Health { healthy, cause });
        let ready = task.checks.readiness.as_ref().filter(|_| healthy).map(|_| TaskStatus::Ready);
        self.answer(agent, &task.id, [Some(running), health, ready].into_iter().flatten());
    }

    /// The agent says so, one after the other.
    fn answer(&mut self, agent: &AgentId, task: &TaskId, statuses: impl IntoIterator<Item = TaskStatus>) {
        if self.silent.contains(agent) {
            return;
        }
        let mut at = self.now;
        for status in statuses {
            self.caused += 1;
            at = at + self.tempo.delay(self.caused);
            let report = TaskReport { task: task.clone(), status };
            self.answers.insert((at, self.caused), (agent.clone(), report));
        }
    }
}

impl Tempo {
    /// Until the answer of this number comes: spread, so that answers overtake each other.
    fn delay(self, number: u64) -> Duration {
        match self {
            Self::Prompt => Duration::ZERO,
            Self::Slow(salt) => Duration::from_millis(1000 + (number + salt) * (7919 + 2 * salt) % 5000),
        }
    }
}
