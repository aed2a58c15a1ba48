//! One call of `handle`, seen from outside: what was, what it asked for, what is.

use crate::cluster::state::App;
use crate::cluster::{Cluster, Effect, Event, Happening, Input, Key, Record, TaskRecord};
use crate::model::{AgentId, AppId, TaskId, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Borrowed from whoever called `handle`.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// The moment that was passed to the call.
    pub now: Timestamp,
    /// `None` for the first call after a restart.
    pub input: Option<&'a Input>,
    /// After a restart: what the store holds.
    pub before: &'a Cluster,
    /// What the call asked for, in order.
    pub effects: &'a [Effect],
    /// The cluster as the call left it.
    pub after: &'a Cluster,
}

impl<'a> Step<'a> {
    /// Apps that something was stored or told of.
    pub(super) fn apps(&self) -> BTreeSet<&'a AppId> {
        self.effects.iter().filter_map(|effect| self.app_of(effect)).collect()
    }

    /// Agents whose tasks came or went.
    pub(super) fn agents(&self) -> BTreeSet<&'a AgentId> {
        let of_task = |id: &TaskId| self.before.tasks.get(id).or_else(|| self.after.tasks.get(id));
        let touched = self.effects.iter().filter_map(|effect| match effect {
            Effect::Save(Record::Task(task)) => Some(&task.agent),
            Effect::Save(Record::Agent(agent)) => Some(&agent.info.id),
            Effect::Forget(Key::Task(task)) => of_task(task).map(|task| &task.agent),
            Effect::Launch { agent, .. } => Some(agent),
            Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Kill { .. }
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Emit(_)
            | Effect::Wake(_) => None,
        });
        touched.collect()
    }

    /// Tasks that were not there before.
    pub(super) fn launched(&self) -> impl Iterator<Item = &'a Arc<TaskRecord>> + '_ {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Launch { task, .. } if !self.before.tasks.contains_key(&task.id) => self.after.tasks.get(&task.id),
            Effect::Launch { .. }
            | Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Kill { .. }
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Emit(_)
            | Effect::Wake(_) => None,
        })
    }

    /// Tasks, as they were, that are told to stop for the first time.
    pub(super) fn killed(&self) -> impl Iterator<Item = &'a Arc<TaskRecord>> + '_ {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Kill { task, .. } => self.before.tasks.get(task).filter(|task| !task.is_killing()),
            Effect::Launch { .. }
            | Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Emit(_)
            | Effect::Wake(_) => None,
        })
    }

    pub(super) fn happenings(&self) -> impl Iterator<Item = &'a Event> + '_ {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Emit(event) => Some(event),
            Effect::Launch { .. }
            | Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Kill { .. }
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Wake(_) => None,
        })
    }

    /// Killed tasks of the app that counted as ready until we stopped them.
    pub(super) fn killed_while_ready(&self, app: &AppId) -> Vec<&'a Arc<TaskRecord>> {
        let of_app = self.killed().filter(|task| task.app == *app);
        of_app.filter(|task| self.after.proves_ready(task) && !self.is_doubted(&task.id)).collect()
    }

    /// It is stopped whatever was promised: the time that its agent was given to be emptied in is over, or somebody
    /// asked for the end of its data, or of the task itself.
    pub(super) fn is_ordered_off(&self, task: &TaskRecord) -> bool {
        let drain = self.after.agents.get(&task.agent).and_then(|agent| agent.record.drain);
        let overdue = drain.and_then(|drain| drain.deadline).is_some_and(|deadline| deadline <= self.now);
        let data = task.volume.as_ref().and_then(|volume| self.after.volumes.get(volume));
        let asked = matches!(self.input, Some(Input::Kill { tasks }) if tasks.contains(&task.id));
        asked || overdue || data.is_some_and(|volume| volume.wiping)
    }

    /// It makes room for a more important app, and its own says that it may.
    pub(super) fn is_given_away(&self, task: &TaskRecord) -> bool {
        let is_it = |event: &Event| matches!(&event.what, Happening::TaskPreempted { task: id, .. } if *id == task.id);
        let says_so = self.app_after(&task.app).is_some_and(|app| app.record.spec.placement.preemptible);
        says_so && self.happenings().any(is_it)
    }

    /// Some of its tasks make room for a more important app: after whatever else the turn did with it.
    pub(super) fn is_robbed(&self, app: &AppId) -> bool {
        let robbed = |event: &Event| matches!(event.what, Happening::TaskPreempted { .. });
        self.happenings().any(|event| event.app.as_ref() == Some(app) && robbed(event))
    }

    /// Its checks just failed.
    fn is_doubted(&self, id: &TaskId) -> bool {
        self.effects.iter().any(|effect| match effect {
            Effect::Emit(Event { what: Happening::TaskUnhealthy { task, .. }, .. }) => task == id,
            Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Launch { .. }
            | Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Kill { .. }
            | Effect::Emit(_)
            | Effect::Wake(_) => false,
        })
    }

    pub(super) fn app_before(&self, id: &AppId) -> Option<&'a Arc<App>> {
        self.before.apps.get(id)
    }

    pub(super) fn app_after(&self, id: &AppId) -> Option<&'a Arc<App>> {
        self.after.apps.get(id)
    }

    fn app_of(&self, effect: &'a Effect) -> Option<&'a AppId> {
        match effect {
            Effect::Save(Record::Task(task)) => Some(&task.app),
            Effect::Save(Record::App(app)) => Some(&app.spec.id),
            Effect::Forget(Key::Task(task)) => self.before.tasks.get(task).map(|task| &task.app),
            Effect::Forget(Key::App(app)) => Some(app),
            Effect::Launch { task, .. } => Some(&task.app),
            Effect::Kill { task, .. } => self.before.tasks.get(task).map(|task| &task.app),
            Effect::Emit(event) => event.app.as_ref(),
            Effect::Save(_)
            | Effect::Forget(_)
            | Effect::Recheck { .. }
            | Effect::RemoveVolume { .. }
            | Effect::Wake(_) => None,
        }
    }
}
