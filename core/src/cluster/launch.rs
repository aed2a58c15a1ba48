//! New tasks: placed, recorded, sent.

use super::environment::environment;
use super::state::{Agent, Due};
use super::turn::Turn;
use super::waiting::Waiting;
use super::{AGENT_TIMEOUT, Effect, Happening, TaskPhase, TaskRecord};
use crate::model::{AgentInfo, AppId, AppSpec, TaskId, TaskSpec};
use crate::rollout::TaskState;
use crate::schedule::{self, Candidate, Link, Site};
use std::sync::Arc;

impl Turn<'_> {
    /// Starts so many tasks of the app, as far as backoff and agents allow; returns what is in the way
    /// of the rest.
    pub(super) fn launch(&mut self, id: &AppId, tasks: u32) -> Option<Waiting> {
        if tasks == 0 {
            return None;
        }
        let app = Arc::clone(self.cluster.apps.get(id)?);
        if let Some(until) = app.delay.until(self.now) {
            self.wake_at(until, Due::App(id.clone()));
            let failure = app.record.last_failure.as_ref().map(|failure| failure.reason.clone()).unwrap_or_default();
            return Some(Waiting::Backoff { until, failure });
        }
        let under_way = self.cluster.tasks_of(id).filter(|task| task.phase == TaskPhase::Staging).count();
        let room = app.delay.limit().saturating_sub(u32::try_from(under_way).unwrap_or(u32::MAX));
        for started in 0..tasks.min(room) {
            match self.place(&app.record.spec) {
                Ok(site) => self.start_task(&app.record, site),
                Err(rejections) => {
                    let reason = schedule::summary(&rejections);
                    return Some(Waiting::Room { tasks: tasks - started, reason });
                }
            }
        }
        None
    }

    /// Constraints count the app's standing tasks of the wanted configuration (marathon-v2, section 3). Those
    /// that are replaced because they cannot be reached stand no more.
    fn place(&self, spec: &AppSpec) -> Result<Site, Vec<schedule::Rejection>> {
        let app = self.cluster.apps.get(&spec.id).expect("only known apps are launched");
        let standing = || {
            self.cluster
                .tasks_of(&spec.id)
                .filter(|task| task.digest == app.record.digest && !task.misplaced && !task.is_killing())
                .filter(|task| self.cluster.summary(task, &app.record, self.now).state != TaskState::Unreachable)
        };
        let info = |task: &Arc<TaskRecord>| self.cluster.agents.get(&task.agent).map(|agent| &agent.record.info);
        let placed: Vec<&AgentInfo> = standing().filter_map(info).collect();
        let candidates: Vec<Candidate<'_>> = self
            .cluster
            .agents
            .values()
            .map(|agent| Candidate {
                info: &agent.record.info,
                link: self.link(agent),
                used: agent.used,
                ports_taken: &agent.ports,
                last_port: agent.last_port,
                siblings: placed.iter().filter(|info| info.id == agent.record.info.id).map(|_| 1).sum(),
            })
            .collect();
        schedule::place(spec, &candidates, &placed)
    }

    fn link(&self, agent: &Agent) -> Link {
        match agent.record.lost_since {
            None => Link::Up,
            Some(since) if self.now < since + AGENT_TIMEOUT => Link::Away,
            Some(_) => Link::Gone,
        }
    }

    fn start_task(&mut self, app: &super::AppRecord, site: Site) {
        let task = TaskRecord {
            id: self.next_task_id(&app.spec.id),
            app: app.spec.id.clone(),
            agent: site.agent.clone(),
            version: app.version,
            digest: app.digest.clone(),
            resources: app.spec.run.resources,
            ports: site.ports,
            launched_at: self.now,
            misplaced: false,
            phase: TaskPhase::Staging,
        };
        let spec = task_spec(&task, &app.spec, &site.host);
        let launched = Happening::TaskLaunched { task: task.id.clone(), agent: site.agent.clone(), host: site.host };
        self.add_task(task);
        self.act(Effect::Launch { agent: site.agent, task: Box::new(spec) });
        self.emit(Some(&app.spec.id), launched);
    }

    /// The text that the agent needs to start a recorded task; `None` if its app has moved on since.
    pub(super) fn task_spec(&self, task: &TaskRecord) -> Option<TaskSpec> {
        let app = self.cluster.apps.get(&task.app)?;
        (app.record.digest == task.digest).then(|| task_spec(task, &app.record.spec, &self.cluster.host(&task.agent)))
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

fn task_spec(task: &TaskRecord, app: &AppSpec, host: &str) -> TaskSpec {
    let run = &app.run;
    TaskSpec {
        id: task.id.clone(),
        app: app.id.clone(),
        version: task.version,
        digest: task.digest.clone(),
        image: run.image.clone(),
        command: run.command.clone(),
        env: environment(task, app, host),
        user: run.user.clone(),
        resources: task.resources,
        network: run.network.clone(),
        ports: task.ports.clone(),
        volumes: run.volumes.clone(),
        privileged: run.privileged,
        parameters: run.parameters.clone(),
        tty: run.tty,
        kill_grace_secs: app.kill_grace_secs,
        health_checks: app.health_checks.clone(),
    }
}
