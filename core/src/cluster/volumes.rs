//! Space that instances keep on agents: made with an instance's first task, used by those after it, freed only when
//! somebody asks. While no task uses it, what its instance needs stays reserved (marathon-v2, section 7.7).

use super::launch::{Edition, Launched};
use super::places::link;
use super::state::Agent;
use super::turn::Turn;
use super::waiting::Waiting;
use super::{Cluster, Effect, Key, Record, TaskRecord, VolumeRecord};
use crate::model::{AgentId, AppId, AppSpec, EngineState, TaskId, Timestamp, VolumeId};
use crate::schedule::{self, Claim, Link, Load, Mismatch, Site};
use std::sync::Arc;

impl Turn<'_> {
    /// Instances go back to their data; those that have none yet go wherever there is room.
    pub(super) fn launch_residents(&mut self, edition: Edition<'_>, tasks: u32) -> Launched {
        let (spec, mut launched) = (edition.spec, Launched::default());
        let free = self.cluster.free_volumes(&spec.id);
        for volume in free.into_iter().take(tasks as usize) {
            match self.cluster.site_of(&volume, spec, self.now) {
                Ok(site) => {
                    self.use_volume(&volume, spec);
                    self.start_task(edition, site, Some(volume.id.clone()));
                    launched.started += 1;
                }
                Err(reason) => {
                    let host = self.cluster.host(&volume.agent);
                    launched.waiting.get_or_insert(Waiting::Data { host, reason });
                }
            }
        }
        let kept = self.cluster.volumes_of(&spec.id).filter(|volume| !volume.wiping).count();
        let without = spec.instances.saturating_sub(u32::try_from(kept).unwrap_or(u32::MAX));
        let first = self.launch_with_new_volumes(edition, without.min(tasks - launched.started));
        Launched { started: launched.started + first.started, waiting: launched.waiting.or(first.waiting) }
    }

    fn launch_with_new_volumes(&mut self, edition: Edition<'_>, tasks: u32) -> Launched {
        let spec = edition.spec;
        self.cluster.begin_placing(spec, self.now);
        for started in 0..tasks {
            match self.cluster.choose_place(spec) {
                Ok(site) => {
                    let volume = self.new_volume(spec, &site.agent);
                    self.start_task(edition, site, Some(volume));
                }
                Err(rejections) => {
                    let reason = schedule::summary(&rejections);
                    return Launched { started, waiting: Some(Waiting::Room { tasks: tasks - started, reason }) };
                }
            }
        }
        Launched { started: tasks, waiting: None }
    }

    fn new_volume(&mut self, spec: &AppSpec, agent: &AgentId) -> VolumeId {
        let (seed, number) = (self.cluster.meta.seed, self.cluster.meta.next_instance);
        self.cluster.meta.next_instance += 1;
        self.save_meta();
        let id = VolumeId::new(format!("{}.{number}-{seed:016x}", spec.id.underscored()));
        let (app, agent, created) = (spec.id.clone(), agent.clone(), self.now);
        let resources = spec.run.held();
        self.save_volume(VolumeRecord {
            id: id.clone(),
            app,
            agent,
            resources,
            parts: parts(spec),
            created,
            wiping: false,
        });
        id
    }

    /// What its instance needs may have changed since.
    fn use_volume(&mut self, volume: &VolumeRecord, spec: &AppSpec) {
        let (resources, parts) = (spec.run.held(), volume.parts.max(parts(spec)));
        if (resources, parts) != (volume.resources, volume.parts) {
            self.save_volume(VolumeRecord { resources, parts, ..volume.clone() });
        }
    }

    /// Frees the space: its task ends, its data goes, and its instance begins anew wherever there is room.
    pub(super) fn wipe(&mut self, id: &VolumeId) {
        let Some(volume) = self.cluster.volumes.get(id).map(Arc::clone) else { return };
        self.save_volume(VolumeRecord { wiping: true, ..VolumeRecord::clone(&volume) });
        let task: Option<TaskId> = self.cluster.mounted.get(id).cloned();
        match task {
            Some(task) if self.cluster.is_linked(&volume.agent) => self.kill(&task),
            // Should its agent come back, it stops the task before it removes the data.
            Some(task) => self.abandon(&task),
            None => self.remove_data(id),
        }
        self.dirty.insert(volume.app.clone());
    }

    /// Has the agent remove the data of a volume that is to be wiped, once no task uses it.
    pub(super) fn remove_data(&mut self, id: &VolumeId) {
        let unused = |_: &&Arc<VolumeRecord>| !self.cluster.mounted.contains_key(id);
        let Some(volume) = self.cluster.volumes.get(id).filter(|volume| volume.wiping).filter(unused) else { return };
        let (agent, names) = (volume.agent.clone(), id.names(volume.parts as usize).collect());
        self.act(Effect::RemoveVolume { agent, volume: id.clone(), names });
    }

    /// What an agent that was away has not heard of.
    pub(super) fn remove_data_on(&mut self, agent: &AgentId) {
        let ids: Vec<VolumeId> = self.cluster.kept_on.get(agent).into_iter().flatten().cloned().collect();
        ids.iter().for_each(|id| self.remove_data(id));
    }

    /// The agent says that nothing of it is left.
    pub(super) fn volume_removed(&mut self, agent: &AgentId, id: &VolumeId) {
        let gone = |volume: &&Arc<VolumeRecord>| volume.agent == *agent && volume.wiping;
        let Some(volume) = self.cluster.volumes.get(id).filter(gone).map(Arc::clone) else { return };
        if self.cluster.mounted.contains_key(id) {
            return;
        }
        self.forget(Key::Volume(id.clone()));
        self.cluster.volumes.remove(id);
        if let Some(kept) = self.cluster.kept_on.get_mut(agent) {
            kept.remove(id);
        }
        self.cluster.show_load(agent);
        self.dirty.insert(volume.app.clone());
        self.rouse_roomless();
    }

    fn save_volume(&mut self, volume: VolumeRecord) {
        let volume = Arc::new(volume);
        self.save(Record::Volume(Arc::clone(&volume)));
        self.cluster.keep_volume(volume);
    }
}

impl Cluster {
    pub(super) fn keep_volume(&mut self, volume: Arc<VolumeRecord>) {
        let agent = volume.agent.clone();
        self.kept_on.entry(agent.clone()).or_default().insert(volume.id.clone());
        self.volumes.insert(volume.id.clone(), volume);
        self.show_load(&agent);
    }

    pub(super) fn volumes_of(&self, app: &AppId) -> impl Iterator<Item = &Arc<VolumeRecord>> {
        self.volumes.values().filter(move |volume| volume.app == *app)
    }

    /// By id: those that wait for a task.
    pub(super) fn free_volumes(&self, app: &AppId) -> Vec<Arc<VolumeRecord>> {
        let free = |volume: &&Arc<VolumeRecord>| !volume.wiping && !self.mounted.contains_key(&volume.id);
        self.volumes_of(app).filter(free).cloned().collect()
    }

    /// What unused volumes keep of the agent.
    pub(super) fn reserved_on<'a>(&'a self, agent: &'a AgentId) -> impl Iterator<Item = Claim> + 'a {
        let kept = self.kept_on.get(agent).into_iter().flatten();
        let unused = kept.filter(|id| !self.mounted.contains_key(*id));
        unused.filter_map(|id| self.volumes.get(id)).map(|volume| volume.claim())
    }

    /// The place beside a volume, if a task could start there now.
    pub(super) fn site_of(&self, volume: &VolumeRecord, spec: &AppSpec, now: Timestamp) -> Result<Site, Mismatch> {
        let agent = self.agents.get(&volume.agent).ok_or(Mismatch::Away)?;
        let mut load = self.load_with_hold(agent);
        load.give_back(&volume.claim());
        site_beside(agent, &load, spec, now)
    }

    /// Whether the task's replacement could take its place, beside its data.
    pub(super) fn fits_after(&self, task: &TaskRecord, spec: &AppSpec, now: Timestamp) -> bool {
        let Some(agent) = self.agents.get(&task.agent) else { return false };
        let mut load = self.load_with_hold(agent);
        load.give_back(&task.claim());
        site_beside(agent, &load, spec, now).is_ok()
    }
}

fn site_beside(agent: &Agent, load: &Load, spec: &AppSpec, now: Timestamp) -> Result<Site, Mismatch> {
    let info = &agent.record.info;
    match (link(agent, now), &info.engine) {
        (Link::Away | Link::Gone, _) => Err(Mismatch::Away),
        (Link::Draining, _) => Err(Mismatch::Draining),
        (Link::Tidying, _) => Err(Mismatch::Tidying),
        (Link::Up, EngineState::Down { .. }) => Err(Mismatch::EngineDown),
        (Link::Up, EngineState::Up { .. }) => match load.lacks(info, spec) {
            Some(short) => Err(short),
            None => Ok(Site::beside(agent.slot, info, load, spec)),
        },
    }
}

impl VolumeRecord {
    fn claim(&self) -> Claim {
        Claim { resources: self.resources, ..Claim::default() }
    }
}

fn parts(spec: &AppSpec) -> u32 {
    u32::try_from(spec.run.persistent.len()).unwrap_or(u32::MAX)
}
