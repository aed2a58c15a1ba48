//! Why an app is not as it is wanted: a cause for each missing instance, found on a copy of the cluster.

mod cause;
mod placement;
mod remedy;

pub use cause::{Cause, Need, Placement, What, Why};
pub(super) use placement::Trial;
pub use remedy::{Change, Remedy};

use super::news::News;
use super::state::{Agent, App};
use super::waiting::Waiting;
use super::{Cluster, Health, TaskPhase, TaskRecord};
use crate::model::{AppId, Timestamp};
use crate::rollout::{TaskState, TaskSummary};
use std::time::Duration;

impl Cluster {
    /// One cause for each missing instance of the app; `None` if there is no such app. Runs the scheduler on a copy
    /// of its own, so it is for a reader and not for the writer.
    #[must_use]
    pub fn why(&self, id: &AppId, now: Timestamp) -> Option<Why> {
        let app = self.apps.get(id)?;
        let view = self.app_views(now, Some(id)).pop()?;
        let tasks = self.standing_tasks(app, now);
        let ready = count(tasks.iter().filter(|(_, task)| task.current && task.state == TaskState::Ready));
        let ready = if app.record.next.as_ref().is_some_and(|next| next.spec.run_digest() != app.record.digest) {
            0
        } else {
            ready.min(view.instances)
        };
        let causes = together(self.causes(app, &tasks, view.instances - ready, now));
        Some(Why { app: id.clone(), state: view.state, wanted: view.instances, ready, causes })
    }

    /// All that count for something: not those that are out of reach and replaced.
    fn standing_tasks<'a>(&'a self, app: &'a App, now: Timestamp) -> Vec<(&'a TaskRecord, TaskSummary)> {
        let all = app.tasks.values().map(|task| (&**task, self.summary(task, &app.record, now)));
        all.filter(|(_, task)| task.state != TaskState::Unreachable).collect()
    }

    fn causes(&self, app: &App, tasks: &[(&TaskRecord, TaskSummary)], missing: u32, now: Timestamp) -> Vec<Cause> {
        let all = |instances, what| vec![Cause { instances, what }];
        let missing = if app.record.removed { count(tasks.iter()) } else { missing };
        if missing == 0 {
            return Vec::new();
        }
        if let Some(mark) = app.record.given_up() {
            return all(missing, What::GivenUp { kind: mark.kind, reason: mark.reason.clone() });
        }
        if app.record.removed {
            return all(missing, order(app.waiting.as_ref()));
        }
        if let Some(Waiting::Dependencies(apps)) = &app.waiting {
            return all(missing, What::Dependency { needs: apps.iter().map(|id| self.need(id, now)).collect() });
        }
        let (current, old): (Vec<_>, Vec<_>) = tasks.iter().partition(|(_, task)| task.current);
        let unready = current.into_iter().filter(|(_, task)| task.state != TaskState::Ready);
        let on_its_way = unready.filter(|(_, task)| task.state != TaskState::Killing);
        let mut causes: Vec<Cause> = on_its_way
            .map(|(task, summary)| Cause { instances: 1, what: self.of_task(app, task, summary.state) })
            .take(missing as usize)
            .collect();
        let without = missing - count(causes.iter());
        if without > 0 {
            causes.extend(self.without_task(app, tasks, &old, without, now));
        }
        causes
    }

    /// Of a task of the wanted configuration that is not ready yet.
    fn of_task(&self, app: &App, task: &TaskRecord, state: TaskState) -> What {
        let host = self.host(&task.agent);
        match (&task.phase, state) {
            (_, TaskState::Unsure | TaskState::Unreachable) => {
                let agent = self.agents.get(&task.agent);
                let reason = agent.and_then(|agent| agent.trouble()).unwrap_or_default();
                let replaced = agent.and_then(|agent| agent.gone_at(&app.record.spec));
                What::Silent { host, reason, replaced }
            }
            (TaskPhase::Staging, _) => match app.news.get(&task.id) {
                Some(News::Pulling { percent }) => {
                    What::Pull { host, image: app.record.spec.run.image.name.clone(), percent: *percent }
                }
                Some(News::Unhealthy { .. }) | None => What::Start { host, since: task.launched_at },
            },
            (TaskPhase::Running { since, health, ready, .. }, _) => running(app, task, host, (*since, *health, *ready)),
            (TaskPhase::Killing { since }, _) => What::Stopping { host, since: *since },
        }
    }

    /// Of instances that have no task of the wanted configuration, or one in the wrong place.
    fn without_task(
        &self,
        app: &App,
        tasks: &[(&TaskRecord, TaskSummary)],
        old: &[&(&TaskRecord, TaskSummary)],
        instances: u32,
        now: Timestamp,
    ) -> Vec<Cause> {
        let room = || self.placement(&app.record.spec, instances, &[], now);
        let what = match &app.waiting {
            Some(Waiting::Backoff { until, failure }) => {
                What::Backoff { until: *until, failure: with_host(app, failure) }
            }
            Some(Waiting::Room { .. }) if !self.held_for(&app.record.spec.id).is_empty() => {
                return self.being_made_room_for(app, old, instances, room);
            }
            Some(Waiting::Room { .. }) => return self.leaving_or(app, old, instances, What::Placement(room())),
            Some(Waiting::Data { .. }) => return self.beside_data(app, tasks, old, instances, now),
            Some(Waiting::Minimum { .. }) => What::Minimum(room()),
            Some(Waiting::Exchange { .. }) => {
                let gone: Vec<&TaskRecord> = old.iter().map(|(task, _)| *task).collect();
                let room = self.placement(&app.record.spec, instances, &gone, now);
                return self.leaving_or(app, old, instances, What::Exchange(room));
            }
            Some(Waiting::Dependencies(_) | Waiting::Starts(_) | Waiting::Dependants(_)) | None => {
                return self.leaving_or(app, old, instances, self.in_turn(tasks, old));
            }
        };
        vec![Cause { instances, what }]
    }

    /// For some of the instances other tasks stop; the rest fit nowhere even so.
    fn being_made_room_for(
        &self,
        app: &App,
        old: &[&(&TaskRecord, TaskSummary)],
        instances: u32,
        room: impl Fn() -> Placement,
    ) -> Vec<Cause> {
        let hosts = self.held_for(&app.record.spec.id);
        let coming = instances.min(count(hosts.iter()));
        let mut causes = vec![Cause { instances: coming, what: What::Preemption { hosts } }];
        let rest = instances - coming;
        if rest > 0 {
            causes.extend(self.leaving_or(app, old, rest, What::Placement(room())));
        }
        causes
    }

    /// Instances whose data is where no task of theirs can start, each by itself; of the rest, their turn.
    fn beside_data(
        &self,
        app: &App,
        tasks: &[(&TaskRecord, TaskSummary)],
        old: &[&(&TaskRecord, TaskSummary)],
        instances: u32,
        now: Timestamp,
    ) -> Vec<Cause> {
        let spec = &app.record.spec;
        let free = self.free_volumes(&spec.id).into_iter();
        let blocked = free.filter_map(|volume| {
            let reason = self.site_of(&volume, spec, now).err()?;
            Some(Cause { instances: 1, what: What::Data { host: self.host(&volume.agent), reason } })
        });
        let mut causes: Vec<Cause> = blocked.take(instances as usize).collect();
        let rest = instances - count(causes.iter());
        causes.extend((rest > 0).then(|| Cause { instances: rest, what: self.in_turn(tasks, old) }));
        causes
    }

    /// Instances whose task is to leave an agent that is being emptied; of the rest, this.
    fn leaving_or(&self, app: &App, old: &[&(&TaskRecord, TaskSummary)], instances: u32, else_: What) -> Vec<Cause> {
        let of_the_present = |task: &TaskRecord| task.digest == app.record.digest && !task.misplaced;
        let drained = |task: &TaskRecord| self.agents.get(&task.agent).is_some_and(|agent| agent.is_draining());
        let leaving = old.iter().map(|(task, _)| *task).filter(|task| of_the_present(task) && drained(task));
        let mut causes: Vec<Cause> = leaving
            .filter(|task| !task.is_killing())
            .take(instances as usize)
            .map(|task| {
                let what = What::Drain { host: self.host(&task.agent), room: else_.placement().cloned() };
                Cause { instances: 1, what }
            })
            .collect();
        let rest = instances - count(causes.iter());
        causes.extend((rest > 0).then_some(Cause { instances: rest, what: else_ }));
        causes
    }

    fn in_turn(&self, tasks: &[(&TaskRecord, TaskSummary)], old: &[&(&TaskRecord, TaskSummary)]) -> What {
        let stopping = tasks.iter().find_map(|(task, _)| match task.phase {
            TaskPhase::Killing { since } => Some(What::Stopping { host: self.host(&task.agent), since }),
            TaskPhase::Staging | TaskPhase::Running { .. } => None,
        });
        match (stopping, count(old.iter())) {
            (Some(stopping), _) => stopping,
            (None, 0) => What::Soon,
            (None, old) => What::Step { old },
        }
    }

    fn need(&self, id: &AppId, now: Timestamp) -> Need {
        let view = self.app_views(now, Some(id)).pop();
        match view {
            Some(view) => Need { app: id.clone(), state: view.state, reason: view.reason },
            None => Need { app: id.clone(), state: "missing".to_owned(), reason: None },
        }
    }
}

impl Agent {
    fn is_draining(&self) -> bool {
        self.record.drain.is_some()
    }
}

fn running(app: &App, task: &TaskRecord, host: String, (since, health, ready): (Timestamp, Health, bool)) -> What {
    let (task_id, settling) = (task.id.clone(), u64::from(app.record.spec.rollout.settling_secs));
    match (health, ready) {
        (Health::Unhealthy, _) => {
            let found = match app.news.get(&task.id) {
                Some(News::Unhealthy { cause }) => cause.clone(),
                Some(News::Pulling { .. }) | None => "its health checks fail".to_owned(),
            };
            What::Health { host, task: task_id, found: Some(found), since }
        }
        (Health::Settling, _) => What::Settling { host, until: since + Duration::from_secs(settling) },
        (Health::Unknown, _) | (_, true) => What::Health { host, task: task_id, found: None, since },
        (Health::Unchecked | Health::Presumed | Health::Healthy, false) => {
            What::Readiness { host, task: task_id, since }
        }
    }
}

fn order(waiting: Option<&Waiting>) -> What {
    match waiting {
        Some(Waiting::Starts(app)) => What::Order { after: vec![app.clone()] },
        Some(Waiting::Dependants(apps)) => What::Order { after: apps.clone() },
        Some(
            Waiting::Dependencies(_)
            | Waiting::Backoff { .. }
            | Waiting::Room { .. }
            | Waiting::Exchange { .. }
            | Waiting::Minimum { .. }
            | Waiting::Data { .. },
        )
        | None => What::Soon,
    }
}

fn with_host(app: &App, failure: &str) -> String {
    match &app.record.last_failure {
        Some(last) => format!("{}: {failure}", last.host),
        None => failure.to_owned(),
    }
}

/// Equal causes become one.
fn together(causes: Vec<Cause>) -> Vec<Cause> {
    let mut all: Vec<Cause> = Vec::new();
    for cause in causes {
        match all.iter_mut().find(|known| known.what == cause.what) {
            Some(known) => known.instances += cause.instances,
            None => all.push(cause),
        }
    }
    all
}

fn count<T>(things: impl Iterator<Item = T>) -> u32 {
    u32::try_from(things.count()).unwrap_or(u32::MAX)
}
