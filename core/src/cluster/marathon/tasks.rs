//! Tasks (marathon-v2, sections 7.1 and 7.2).

use crate::cluster::launch::Edition;
use crate::cluster::news::News;
use crate::cluster::state::{Agent, App};
use crate::cluster::{AGENT_TIMEOUT, Cluster, Health, TaskPhase, TaskRecord};
use crate::model::{AppId, AppSpec, Kind, TaskId, Timestamp};
use crate::protocol::marathon::{
    Counts, HealthResult, IpAddress, LocalVolume, Moment, ServicePorts, Task, TaskState, as_written, instance_of,
};
use std::ops::Bound;

impl Cluster {
    /// All tasks of apps by id, or those of one app or pod, from the one after `after`, with their service ports. Whether
    /// they are out of reach is judged by `now`.
    pub fn marathon_tasks<'a>(
        &'a self,
        of: Option<&AppId>,
        after: Option<&TaskId>,
        now: Timestamp,
    ) -> impl Iterator<Item = Task<'a>> + use<'a> {
        let begin = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.clone()));
        let of_one = of.is_some();
        let known = match of {
            Some(id) => self.apps.get(id).map(|app| &app.tasks),
            None => Some(&self.tasks),
        };
        let tasks = known.into_iter().flat_map(move |tasks| tasks.range((begin.clone(), Bound::Unbounded)));
        tasks.filter_map(move |(_, task)| {
            let app = self.apps.get(&task.app).filter(|app| of_one || app.record.spec.kind() == Kind::App)?;
            let service_ports = ServicePorts::of(definition(app, task), &app.record.service_ports);
            Some(Task { service_ports: Some(service_ports), ..self.marathon_task(app, task, now) })
        })
    }

    /// One task; `None` once it is gone.
    #[must_use]
    pub fn marathon_task_of(&self, id: &TaskId, now: Timestamp) -> Option<Task<'_>> {
        let task = self.tasks.get(id)?;
        Some(self.marathon_task(self.apps.get(&task.app)?, task, now))
    }

    /// Of an app's tasks, without a look at the rest of each.
    pub(super) fn marathon_counts(&self, app: &App, now: Timestamp) -> Counts {
        app.tasks.values().fold(Counts::default(), |counts, task| {
            let agent = self.agents.get(&task.agent).map(|agent| &**agent);
            counts.with(state(task, agent, now), verdict(task))
        })
    }

    pub(super) fn marathon_task<'a>(&'a self, app: &'a App, task: &'a TaskRecord, now: Timestamp) -> Task<'a> {
        let agent = self.agents.get(&task.agent);
        let info = agent.map(|agent| &agent.record.info);
        let spec = definition(app, task);
        let (started_at, address) = match &task.phase {
            TaskPhase::Running { since, address, .. } => (Some(*since), address.as_deref()),
            TaskPhase::Staging | TaskPhase::Killing { .. } => (None, None),
        };
        Task {
            id: &task.id,
            app_id: &task.app,
            host: info.map_or(task.agent.as_str(), |info| &info.hostname),
            slave_id: &task.agent,
            state: state(task, agent.map(|agent| &**agent), now),
            role: &spec.role,
            ports: &task.ports,
            service_ports: None,
            ip_addresses: address.map(IpAddress::of),
            staged_at: Moment(task.launched_at),
            started_at: started_at.map(Moment),
            version: task.version.into(),
            region: info.and_then(|info| info.region.as_deref()),
            zone: info.and_then(|info| info.zone.as_deref()),
            check_result: task.check.as_ref(),
            health_check_results: health(app, task),
            local_volumes: volumes(spec, task),
        }
    }
}

/// That it was started by; the app's own if that is forgotten.
pub(super) fn definition<'a>(app: &'a App, task: &TaskRecord) -> &'a AppSpec {
    app.record.edition_of(task).map_or(&app.record.spec, |Edition { spec, .. }| spec)
}

/// An agent whose link broke mostly comes back: its tasks are out of reach only when it counts as gone.
fn state(task: &TaskRecord, agent: Option<&Agent>, now: Timestamp) -> TaskState {
    let lost_since = agent.and_then(|agent| agent.record.lost_since);
    match task.phase {
        _ if lost_since.is_some_and(|since| since + AGENT_TIMEOUT <= now) => TaskState::Unreachable,
        TaskPhase::Staging => TaskState::Staging,
        TaskPhase::Running { .. } => TaskState::Running,
        TaskPhase::Killing { .. } => TaskState::Killing,
    }
}

/// Agents give one verdict over all checks; `None` before they do. A task whose checks were added while it ran counts as healthy until they
/// speak: load balancers would drop every task of the app otherwise.
fn verdict(task: &TaskRecord) -> Option<bool> {
    let TaskPhase::Running { health, .. } = &task.phase else { return None };
    match health {
        Health::Settling | Health::Unchecked | Health::Unknown => None,
        Health::Presumed | Health::Healthy => Some(true),
        Health::Unhealthy => Some(false),
    }
}

fn health<'a>(app: &'a App, task: &'a TaskRecord) -> Option<HealthResult<'a>> {
    let alive = verdict(task)?;
    let judged = task.judged.map(Moment);
    let good = HealthResult {
        alive,
        consecutive_failures: 0,
        first_success: judged.filter(|_| alive),
        last_success: judged.filter(|_| alive),
        last_failure: judged.filter(|_| !alive),
        instance_id: instance_of(&task.id),
        last_failure_cause: None,
    };
    if alive {
        return Some(good);
    }
    let checks = &definition(app, task).checks.health;
    let most = checks.iter().map(|check| check.max_consecutive_failures.max(1)).min();
    let last_failure_cause = match app.news.get(&task.id) {
        Some(News::Unhealthy { cause }) => Some(cause.as_str()),
        Some(News::Pulling { .. }) | None => None,
    };
    Some(HealthResult { consecutive_failures: most.unwrap_or(1), last_failure_cause, ..good })
}

fn volumes<'a>(spec: &'a AppSpec, task: &'a TaskRecord) -> Vec<LocalVolume<'a>> {
    let Some(uuid) = &task.volume else { return Vec::new() };
    let parts = spec.run.persistent.iter().zip(uuid.names(spec.run.persistent.len()));
    let volume = |(part, persistence_id): (&'a crate::model::PersistentVolume, String)| LocalVolume {
        run_spec_id: &task.app,
        container_path: as_written(&part.container_path),
        uuid,
        persistence_id,
    };
    parts.map(volume).collect()
}
