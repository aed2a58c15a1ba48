//! New tasks: placed, recorded, sent.

use super::environment::environment;
use super::pod::{engine_mounts, pod_task};
use super::state::Due;
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AppRecord, Effect, Happening, TaskPhase, TaskRecord};
use crate::model::{
    AppId, AppSpec, Digest, Mount, PersistentVolume, RunSpec, TaskId, TaskSpec, Timestamp, Version, VolumeId,
};
use crate::schedule::{self, Site};
use std::sync::Arc;

/// One of an app's definitions, as tasks are launched by it.
#[derive(Clone, Copy)]
pub(super) struct Edition<'a> {
    pub(super) spec: &'a AppSpec,
    pub(super) digest: &'a Digest,
    pub(super) version: Version,
}

/// What came of the wish to start tasks.
#[derive(Debug, Default)]
pub(super) struct Launched {
    pub(super) started: u32,
    /// What is in the way of the rest.
    pub(super) waiting: Option<Waiting>,
}

impl AppRecord {
    pub(super) fn edition(&self) -> Edition<'_> {
        Edition { spec: &self.spec, digest: &self.digest, version: self.version }
    }

    fn original(&self) -> Option<Edition<'_>> {
        let origin = self.origin.as_ref()?;
        Some(Edition { spec: &origin.spec, digest: &origin.digest, version: origin.version })
    }

    /// The definition that a task was started by, if the app still knows it.
    pub(super) fn edition_of(&self, task: &TaskRecord) -> Option<Edition<'_>> {
        [Some(self.edition()), self.original()].into_iter().flatten().find(|edition| *edition.digest == task.digest)
    }
}

impl Turn<'_> {
    /// Starts so many tasks of the app's present definition, as far as backoff and agents allow.
    pub(super) fn launch(&mut self, id: &AppId, tasks: u32) -> Launched {
        let Some(app) = self.cluster.apps.get(id).map(|app| Arc::clone(&app.record)) else {
            return Launched::default();
        };
        self.launch_edition(app.edition(), tasks)
    }

    /// Starts so many tasks of the definition that the app had before the change that was given up.
    pub(super) fn launch_original(&mut self, id: &AppId, tasks: u32) -> Option<Waiting> {
        let app = Arc::clone(&self.cluster.apps.get(id)?.record);
        self.launch_edition(app.original()?, tasks).waiting
    }

    fn launch_edition(&mut self, edition: Edition<'_>, tasks: u32) -> Launched {
        let id = &edition.spec.id;
        let Some(app) = self.cluster.apps.get(id).filter(|_| tasks > 0).cloned() else { return Launched::default() };
        if let Some(until) = app.delay.until(self.now) {
            self.wake_at(until, Due::App(id.clone()));
            let failure = app.record.last_failure.as_ref().map(|failure| failure.reason.clone()).unwrap_or_default();
            return Launched { started: 0, waiting: Some(Waiting::Backoff { until, failure }) };
        }
        let under_way = self.cluster.tasks_of(id).filter(|task| task.phase == TaskPhase::Staging).count();
        let room = app.delay.limit().saturating_sub(u32::try_from(under_way).unwrap_or(u32::MAX));
        if edition.spec.is_resident() {
            return self.launch_residents(edition, tasks.min(room));
        }
        self.cluster.begin_placing(edition.spec, self.now);
        for started in 0..tasks.min(room) {
            match self.cluster.choose_place(edition.spec) {
                Ok(site) => self.start_task(edition, site, None),
                Err(rejections) => {
                    self.preempt(edition.spec, tasks - started, &rejections);
                    let reason = schedule::summary(&rejections);
                    return Launched { started, waiting: Some(Waiting::Room { tasks: tasks - started, reason }) };
                }
            }
        }
        Launched { started: tasks.min(room), waiting: None }
    }

    pub(super) fn start_task(&mut self, edition: Edition<'_>, site: Site, volume: Option<VolumeId>) {
        let app = &edition.spec.id;
        let host = site.host.clone();
        let task = TaskRecord { volume, ..new_task(self.next_task_id(app), edition, site, self.now) };
        // Definitions of one configuration may differ in their checks: the present one's hold, as for all others.
        let spec = self.task_spec(&task).expect("a task is started by a definition that its app knows");
        let (id, agent) = (task.id.clone(), task.agent.clone());
        let task = self.add_task(task);
        self.act(Effect::Launch { agent: agent.clone(), task: Box::new(spec) });
        self.emit_of(&task, Happening::TaskLaunched { task: id, agent, host });
    }

    /// The text that the agent needs to start a recorded task; `None` if its app has moved on since.
    pub(super) fn task_spec(&self, task: &TaskRecord) -> Option<TaskSpec> {
        let record = &self.cluster.apps.get(&task.app)?.record;
        let edition = record.edition_of(task)?;
        let service_ports = record.service_ports_of(edition.spec);
        Some(task_spec(task, edition.spec, &self.cluster.host(&task.agent), &service_ports))
    }

    /// Shaped as Marathon's, unique without entropy: the cluster's seed and a counter fill the UUID.
    fn next_task_id(&mut self, app: &AppId) -> TaskId {
        let (seed, number) = (self.cluster.meta.seed, self.cluster.meta.next_instance);
        self.cluster.meta.next_instance += 1;
        self.save_meta();
        let hex = format!("{number:016x}{seed:016x}");
        let (a, b, c, d, e) = (&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        TaskId::new(format!("{}.instance-{a}-{b}-{c}-{d}-{e}._app.1", app.underscored()))
    }
}

pub(super) fn new_task(id: TaskId, edition: Edition<'_>, site: Site, now: Timestamp) -> TaskRecord {
    TaskRecord {
        id,
        app: edition.spec.id.clone(),
        agent: site.agent,
        version: edition.version,
        digest: edition.digest.clone(),
        resources: edition.spec.run.held(),
        reserved: site.reserved,
        ports: site.ports,
        volume: None,
        launched_at: now,
        misplaced: false,
        check: None,
        judged: None,
        phase: TaskPhase::Staging,
    }
}

fn task_spec(task: &TaskRecord, app: &AppSpec, host: &str, service_ports: &[u16]) -> TaskSpec {
    let run = &app.run;
    TaskSpec {
        id: task.id.clone(),
        app: app.id.clone(),
        version: task.version,
        digest: task.digest.clone(),
        image: run.image.clone(),
        command: run.command.clone(),
        env: environment(task, app, host, service_ports),
        user: run.user.clone(),
        resources: task.resources,
        network: run.network.clone(),
        ports: task.ports.clone(),
        volumes: run.volumes.clone(),
        mounts: mounts(task, run),
        privileged: run.privileged,
        parameters: run.parameters.clone(),
        tty: run.tty,
        kill_grace_secs: app.kill_grace_secs,
        checks: app.checks.clone(),
        pod: app.pod.as_ref().map(|pod| pod_task(task, app, pod, host)),
    }
}

/// Of what the instance keeps, and of what the containers of a pod share.
fn mounts(task: &TaskRecord, run: &RunSpec) -> Vec<Mount> {
    let kept = task.volume.as_ref().map(|volume| kept_mounts(volume, run)).unwrap_or_default();
    kept.into_iter().chain(engine_mounts(&task.id, &run.mounts)).collect()
}

fn kept_mounts(volume: &VolumeId, run: &RunSpec) -> Vec<Mount> {
    let parts = volume.names(run.persistent.len()).zip(&run.persistent);
    let mount = |(name, part): (String, &PersistentVolume)| Mount {
        name,
        container_path: part.container_path.clone(),
        mode: part.mode,
    };
    parts.map(mount).collect()
}
