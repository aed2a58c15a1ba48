//! Every task of this agent and how far it is: a pure machine. Orders from the master, notices of the
//! engine and outcomes of our own calls go in; what to do next comes out, in order.

mod checks;
mod notice;
mod start;
mod stop;
mod task;

#[cfg(test)]
mod tests;

pub(super) use task::{Finding, Probing, Verdict};

use super::tuner::Tuner;
use crate::runtime::End;
use ship_core::cluster::TaskReport;
use ship_core::model::{EngineState, TaskId, TaskSpec, TaskStatus};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use task::{Phase, Task};

/// Between SIGTERM and SIGKILL where neither app nor order says: what Marathon's users are used to.
pub(super) const DEFAULT_GRACE: Duration = Duration::from_secs(3);

/// What to do next. Each call comes back as the input named with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Effect {
    /// Tell the master.
    Report(TaskReport),
    /// Tell the master that the engine's state changed.
    Describe(EngineState),
    /// Comes back as [`Tasks::pulled`], unless cancelled.
    Pull(String),
    CancelPull(String),
    /// Comes back as [`Tasks::started`].
    Start(Arc<TaskSpec>),
    /// Comes back as [`Tasks::stopped`], and the exit as a notice.
    Stop {
        task: TaskId,
        grace: Duration,
    },
    /// Ask for the last words; comes back as [`Tasks::buried`].
    Bury {
        task: TaskId,
        end: End,
        /// Of a pod: what its other containers have, until they are stopped.
        grace: Option<Duration>,
    },
    Remove(TaskId),
    /// Begin its checks; they come back as [`Tasks::found`].
    Probe(Probing),
    Unprobe(TaskId),
}

/// Whether there is a process of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Of no task of this agent.
    Unknown,
    /// Not yet, or not any more.
    Idle,
    Running,
}

pub(super) struct Tasks {
    tasks: BTreeMap<TaskId, Task>,
    /// Tasks that wait for a free lane, in order of arrival. Some may have ended meanwhile.
    queue: VecDeque<TaskId>,
    starting: usize,
    tuner: Tuner,
    engine_up: bool,
}

impl Tasks {
    pub(super) fn new(cores: usize) -> Self {
        Self { tasks: BTreeMap::new(), queue: VecDeque::new(), starting: 0, tuner: Tuner::new(cores), engine_up: false }
    }

    /// The complete list for a hello.
    pub(super) fn reports(&self) -> Vec<TaskReport> {
        self.tasks.values().map(Task::report).collect()
    }

    /// What a hello cannot say in one report a task: what was found of those that run.
    pub(super) fn findings(&self) -> Vec<TaskReport> {
        self.tasks.values().flat_map(Task::found).collect()
    }

    /// For those who want to look into its container.
    pub(super) fn standing(&self, task: &TaskId) -> Standing {
        match self.phase(task) {
            None => Standing::Unknown,
            Some(Phase::Running | Phase::Stopping) => Standing::Running,
            Some(Phase::Waiting | Phase::Pulling | Phase::Starting | Phase::Ending | Phase::Ended) => Standing::Idle,
        }
    }

    /// An order. A task that is here already is only reported again.
    pub(super) fn launch(&mut self, spec: TaskSpec) -> Vec<Effect> {
        if let Some(task) = self.tasks.get(&spec.id) {
            return vec![Effect::Report(task.report())];
        }
        let (id, task) = (spec.id.clone(), Task::new(Arc::new(spec)));
        let forced = task.forced_image();
        self.tasks.insert(id.clone(), task);
        let mut effects = Vec::new();
        match forced {
            Some(image) => self.pull(&id, &image, &mut effects),
            None => self.queue.push_back(id),
        }
        self.fill_lanes(&mut effects);
        effects
    }

    /// The master has taken note of the task's end.
    pub(super) fn forget(&mut self, id: &TaskId) {
        if self.tasks.get(id).is_some_and(|task| task.phase == Phase::Ended) {
            self.tasks.remove(id);
        }
    }

    /// A fresh status of a task, remembered and reported.
    fn say(&mut self, id: &TaskId, status: TaskStatus, effects: &mut Vec<Effect>) {
        if let Some(task) = self.tasks.get_mut(id) {
            task.status = status;
            effects.push(Effect::Report(task.report()));
        }
    }

    /// The task is over; nothing more is to be said of it than `status`.
    fn end(&mut self, id: &TaskId, status: TaskStatus, effects: &mut Vec<Effect>) {
        if let Some(task) = self.tasks.get_mut(id) {
            let probed = std::mem::replace(&mut task.phase, Phase::Ended) == Phase::Running;
            if probed && task.is_checked() {
                effects.push(Effect::Unprobe(id.clone()));
            }
            self.say(id, status, effects);
        }
    }

    fn phase(&self, id: &TaskId) -> Option<Phase> {
        self.tasks.get(id).map(|task| task.phase)
    }

    fn set_phase(&mut self, id: &TaskId, phase: Phase) {
        if let Some(task) = self.tasks.get_mut(id) {
            task.phase = phase;
        }
    }
}
