//! Pods: what is wanted of them, and how they stand (marathon-v2, section 8.9).

use super::tasks::definition;
use crate::cluster::state::App;
use crate::cluster::{AppRecord, Cluster, TaskRecord};
use crate::manifest::{Endpoint, PodContainer};
use crate::model::{AppId, AppSpec, Kind, NetworkMode, ProbePort, Resources, Timestamp};
use crate::protocol::marathon::{
    ContainerStatus, EndpointStatus, InstanceState, InstanceStatus, Moment, NetworkStatus, Pod, PodState, PodStatus,
    Task, TaskState, Termination, instance_of, pod_file,
};
use std::ops::Bound;

impl Cluster {
    /// All that are wanted or whose instances are not all gone, by id, from the one after `after`.
    pub fn pods_after<'a>(&'a self, after: Option<&AppId>) -> impl Iterator<Item = &'a AppRecord> + use<'a> {
        let begin = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.clone()));
        let known = self.apps.range((begin, Bound::Unbounded)).map(|(_, app)| &*app.record);
        known.filter(|record| record.spec.kind() == Kind::Pod)
    }

    /// A pod and how it stands; `None` if there is none, wanted or not. Whether instances are out of reach is judged by
    /// `now`.
    #[must_use]
    pub fn marathon_pod_status(&self, id: &AppId, now: Timestamp) -> Option<PodStatus<'_>> {
        let app = self.apps.get(id).filter(|app| app.record.spec.kind() == Kind::Pod)?;
        let record = &app.record;
        let wanted = record.wanted_as(Kind::Pod).unwrap_or(&record.spec);
        let instances: Vec<InstanceStatus<'_>> =
            app.tasks.values().filter_map(|task| self.instance(app, task, now)).collect();
        let since = instances.iter().map(|instance| instance.status_since).max();
        let since = since.unwrap_or_else(|| record.wanted_version().into());
        let failure = record.last_failure.as_ref();
        Some(PodStatus {
            id: &record.spec.id,
            spec: Pod::of(wanted, record.wanted_version())?,
            status: self.pod_state(app, &instances, now),
            status_since: since,
            message: failure.map(|failure| failure.reason.as_str()),
            instances,
            termination_history: failure
                .into_iter()
                .map(|failure| Termination {
                    instance_id: instance_of(&failure.task),
                    terminated_at: Moment(failure.at),
                    message: &failure.reason,
                    containers: [],
                })
                .collect(),
            last_updated: Moment(now),
            last_changed: since,
        })
    }

    fn pod_state(&self, app: &App, instances: &[InstanceStatus<'_>], now: Timestamp) -> PodState {
        let Some(wanted) = app.record.wanted() else { return PodState::Terminal };
        let is_new = |task: &TaskRecord| self.summary(task, &app.record, now).current;
        let good = |state: InstanceState| state == InstanceState::Stable;
        let stable = app.tasks.values().zip(instances).filter(|(task, status)| good(status.status) && is_new(task));
        let enough = u32::try_from(stable.count()).unwrap_or(u32::MAX) >= wanted.instances;
        if enough && app.record.next.is_none() { PodState::Stable } else { PodState::Degraded }
    }

    fn instance<'a>(&'a self, app: &'a App, task: &'a TaskRecord, now: Timestamp) -> Option<InstanceStatus<'a>> {
        let spec = definition(app, task);
        let shown = self.marathon_task(app, task, now);
        let since = [Some(shown.staged_at), shown.started_at, task.judged.map(Moment)].into_iter().flatten().max()?;
        let name = match &spec.run.network {
            NetworkMode::Named(name) => Some(name.as_str()),
            NetworkMode::Host | NetworkMode::Bridge => None,
        };
        let id = instance_of(&task.id);
        let container = |(container, resources): (PodContainer, Resources)| {
            let name = container.name.unwrap_or_default();
            ContainerStatus {
                container_id: format!("{id}.{name}"),
                endpoints: container
                    .endpoints
                    .into_iter()
                    .flatten()
                    .map(|known| endpoint(known, spec, &shown))
                    .collect(),
                name,
                status: shown.state,
                status_since: since,
                conditions: [],
                resources,
                last_updated: Moment(now),
                last_changed: since,
            }
        };
        let containers = pod_file(spec.pod.as_ref()?).containers.into_iter().zip(spec.run.resources_of_containers());
        Some(InstanceStatus {
            id,
            status: state(&shown, spec),
            status_since: since,
            conditions: [],
            agent_hostname: shown.host,
            agent_id: &task.agent,
            agent_region: shown.region,
            agent_zone: shown.zone,
            resources: task.resources,
            networks: shown
                .ip_addresses
                .map(|address| NetworkStatus { name, addresses: vec![address.text()] })
                .into_iter()
                .collect(),
            containers: containers.map(container).collect(),
            spec_reference: format!("/v2/pods{}::versions/{}", task.app, Moment::from(task.version)),
            last_updated: Moment(now),
            last_changed: since,
        })
    }
}

impl AppRecord {
    /// As it is wanted; `None` if it is not wanted (any more), or an app.
    #[must_use]
    pub fn marathon_pod(&self) -> Option<Pod> {
        Pod::of(self.wanted()?, self.wanted_version())
    }
}

fn state(task: &Task<'_>, spec: &AppSpec) -> InstanceState {
    match task.state {
        TaskState::Staging => InstanceState::Staging,
        TaskState::Running => match task.alive() {
            Some(true) => InstanceState::Stable,
            Some(false) => InstanceState::Degraded,
            None if spec.checks.health.is_empty() => InstanceState::Stable,
            None => InstanceState::Staging,
        },
        TaskState::Unreachable => InstanceState::Degraded,
        TaskState::Killing | TaskState::Finished | TaskState::Failed | TaskState::Killed | TaskState::Error => {
            InstanceState::Terminal
        }
    }
}

/// Ports of a task stand in the order of all endpoints of its pod.
fn endpoint(known: Endpoint, spec: &AppSpec, task: &Task<'_>) -> EndpointStatus {
    let index = spec.run.ports.iter().position(|port| port.name == known.name);
    let asks = |check: &crate::model::HealthCheck| match (check.probe.port(), index) {
        (Some(ProbePort::Index(asked)), Some(index)) => asked == index,
        (Some(ProbePort::Index(_) | ProbePort::Number(_)) | None, _) => false,
    };
    EndpointStatus {
        name: known.name.unwrap_or_default(),
        allocated_host_port: index.and_then(|index| task.ports.get(index)?.host),
        healthy: task.alive().filter(|_| spec.checks.health.iter().any(asks)),
    }
}
