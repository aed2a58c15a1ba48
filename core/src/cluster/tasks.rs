//! What agents say of tasks, and how tasks end.

use super::delay::LaunchDelay;
use super::news::News;
use super::turn::Turn;
use super::{Effect, Ending, Failure, Happening, Health, Key, TaskPhase, TaskRecord, TaskReport};
use crate::model::{AgentId, AppId, Checks, Scalar, TaskId, TaskStatus};
use std::sync::Arc;

impl Turn<'_> {
    pub(super) fn task_update(&mut self, agent: &AgentId, report: TaskReport) {
        let TaskReport { task: id, status } = report;
        let Some(task) = self.cluster.tasks.get(&id).filter(|task| task.agent == *agent).cloned() else {
            return self.disown(agent, id, &status);
        };
        let host = self.cluster.host(agent);
        match status {
            TaskStatus::Pulling { percent, bytes } => self.pulling(&task, host, percent, bytes),
            TaskStatus::Starting => self.note_news(&task, None),
            TaskStatus::Running { address } => {
                self.note_news(&task, None);
                self.running(&task, host, address);
            }
            TaskStatus::Health { healthy, cause } => self.health(&task, healthy, cause),
            TaskStatus::Ready => self.ready(&task),
            TaskStatus::Checked { result } => {
                self.save_task(TaskRecord { check: Some(result), ..TaskRecord::clone(&task) });
            }
            TaskStatus::Refused { reason } => self.ended(&task, Ending::Refused, reason, Vec::new()),
            TaskStatus::Exited { code, out_of_memory, log_tail, container } => {
                let how = if code == 0 { Ending::Finished } else { Ending::Failed };
                self.ended(&task, how, self.exit_text(&task, code, out_of_memory, container.as_deref()), log_tail);
            }
            TaskStatus::Gone => self.ended(&task, Ending::Failed, "its container is gone".to_owned(), Vec::new()),
        }
        self.dirty.insert(task.app.clone());
    }

    /// A task that is not ours (any more) must not run on.
    fn disown(&mut self, agent: &AgentId, task: TaskId, status: &TaskStatus) {
        let Some(known) = self.cluster.agents.get_mut(agent).map(Arc::make_mut) else { return };
        match status.is_terminal() {
            true => {
                let was_told_to_go = known.strangers.remove(&task).is_some();
                if was_told_to_go {
                    let host = self.cluster.host(agent);
                    self.emit(None, Happening::StrangerEnded { task, agent: agent.clone(), host });
                }
                self.left(agent);
            }
            false => {
                known.strangers.insert(task.clone());
                self.act(Effect::Kill { agent: agent.clone(), task, grace_secs: None });
            }
        }
        self.cluster.show_agent(agent, self.now);
    }

    fn pulling(&mut self, task: &Arc<TaskRecord>, host: String, percent: Option<u8>, bytes: Option<u64>) {
        let image = self.image_of(&task.app);
        let now = self.now;
        if let (Some(app), Some(amount)) = (self.app_mut(&task.app), bytes.or(percent.map(u64::from))) {
            app.progress.note_fetched(&task.agent, amount, now);
        }
        self.note_news(task, Some(News::Pulling { percent }));
        self.emit_of(task, Happening::TaskPulling { task: task.id.clone(), host, image, percent });
    }

    fn running(&mut self, task: &TaskRecord, host: String, address: Option<String>) {
        let phase = match &task.phase {
            TaskPhase::Staging => {
                let checks = self.checks_of(task);
                let health = match (checks.health.is_empty(), checks.gate()) {
                    (false, _) => Health::Unknown,
                    (true, true) => Health::Unchecked,
                    (true, false) => Health::Settling,
                };
                TaskPhase::Running { since: self.now, address, health, ready: checks.readiness.is_none() }
            }
            TaskPhase::Running { since, health, ready, .. } => {
                TaskPhase::Running { since: *since, address, health: *health, ready: *ready }
            }
            TaskPhase::Killing { .. } => return,
        };
        let after = self.set_phase(task, phase);
        if let (TaskPhase::Staging, Some(after)) = (&task.phase, after) {
            self.emit_of(&after, Happening::TaskRunning { task: task.id.clone(), host });
        }
    }

    fn health(&mut self, task: &TaskRecord, healthy: bool, cause: Option<String>) {
        let TaskPhase::Running { since, address, health: before, ready } = &task.phase else { return };
        let health = if healthy { Health::Healthy } else { Health::Unhealthy };
        let news = cause.clone().map(|cause| News::Unhealthy { cause });
        self.note_news(task, news.filter(|_| !healthy));
        let late = self.checks_of(task).health.is_empty();
        if late || *before == health {
            return;
        }
        let phase = TaskPhase::Running { since: *since, address: address.clone(), health, ready: *ready };
        let judged = TaskRecord { judged: Some(self.now), ..task.clone() };
        let Some(after) = self.set_phase(&judged, phase) else { return };
        let id = task.id.clone();
        if healthy {
            self.note_success(task);
            return self.emit_of(&after, Happening::TaskHealthy { task: id });
        }
        let cause = cause.unwrap_or_else(|| "its health checks fail".to_owned());
        self.note_failure(task, Ending::Unhealthy, format!("unhealthy: {cause}"));
        self.emit_of(&after, Happening::TaskUnhealthy { task: id, cause });
    }

    fn ready(&mut self, task: &TaskRecord) {
        let TaskPhase::Running { since, address, health, ready: false } = &task.phase else { return };
        let phase = TaskPhase::Running { since: *since, address: address.clone(), health: *health, ready: true };
        let Some(after) = self.set_phase(task, phase) else { return };
        self.note_success(task);
        self.emit_of(&after, Happening::TaskReady { task: task.id.clone() });
    }

    /// By the definition that the task was started with.
    fn checks_of(&self, task: &TaskRecord) -> Checks {
        let app = self.cluster.apps.get(&task.app);
        app.and_then(|app| app.record.edition_of(task)).map(|edition| edition.spec.checks.clone()).unwrap_or_default()
    }

    pub(super) fn end_pause(&mut self, id: &AppId) {
        if let Some(app) = self.app_mut(id) {
            app.delay = LaunchDelay::default();
            self.dirty.insert(id.clone());
        }
    }

    /// A task of the wanted configuration has proven itself: launches need not be one by one any more.
    pub(super) fn note_success(&mut self, task: &TaskRecord) {
        if let Some(app) = self.app_mut(&task.app).filter(|app| app.record.digest == task.digest) {
            app.delay = app.delay.after_success();
        }
    }

    fn ended(&mut self, task: &Arc<TaskRecord>, how: Ending, reason: String, log_tail: Vec<String>) {
        self.cluster.remove_task(&task.id);
        self.forget(Key::Task(task.id.clone()));
        task.volume.iter().for_each(|volume| self.remove_data(volume));
        self.left(&task.agent);
        if task.is_killing() {
            return self.emit_of(task, Happening::TaskStopped { task: task.id.clone() });
        }
        self.note_failure(task, how, reason.clone());
        let host = self.cluster.host(&task.agent);
        self.emit_of(task, Happening::TaskFailed { task: task.id.clone(), host, how, reason, log_tail });
    }

    /// A failure of what the app is to run slows the next launch down; that of an old task does not matter.
    fn note_failure(&mut self, task: &TaskRecord, how: Ending, reason: String) {
        let now = self.now;
        let host = self.cluster.host(&task.agent);
        let Some(app) = self.app_mut(&task.app) else { return };
        let mut record = super::AppRecord::clone(&app.record);
        let original = record.origin.as_ref().is_some_and(|origin| origin.digest == task.digest);
        if record.digest != task.digest && !(record.goes_back() && original) {
            return;
        }
        app.delay = app.delay.after_failure(&record.spec.backoff, now);
        let (agent, version) = (Some(task.agent.clone()), task.version);
        record.last_failure = Some(Failure { at: now, task: task.id.clone(), agent, host, version, how, reason });
        self.save_app(record);
    }

    /// Gives up a task that cannot be reached. Should its agent come back, it stops it as not ours.
    pub(super) fn abandon(&mut self, id: &TaskId) {
        self.forget(Key::Task(id.clone()));
        if let Some(task) = self.cluster.remove_task(id) {
            let host = self.cluster.host(&task.agent);
            self.emit_of(&task, Happening::TaskForgotten { task: id.clone(), host });
        }
    }

    pub(super) fn kill(&mut self, id: &TaskId) {
        let Some(task) = self.cluster.tasks.get(id).cloned() else { return };
        self.set_phase(&task, TaskPhase::Killing { since: self.now });
        if !task.is_killing() {
            self.emit_of(&task, Happening::TaskStopping { task: id.clone() });
        }
        self.send_kill(&task);
    }

    pub(super) fn kill_on_request(&mut self, tasks: &[TaskId]) {
        let standing = |id: &&TaskId| self.cluster.tasks.get(*id).is_some_and(|task| !task.is_killing());
        let standing: Vec<TaskId> = tasks.iter().filter(standing).cloned().collect();
        for id in standing {
            self.kill(&id);
            self.dirty.extend(self.cluster.tasks.get(&id).map(|task| task.app.clone()));
        }
    }

    pub(super) fn send_kill(&mut self, task: &TaskRecord) {
        let grace_secs = self.cluster.spec(&task.app).and_then(|spec| spec.kill_grace_secs);
        self.act(Effect::Kill { agent: task.agent.clone(), task: task.id.clone(), grace_secs });
    }

    /// The record with it; `None` if it was in this phase already.
    pub(super) fn set_phase(&mut self, task: &TaskRecord, phase: TaskPhase) -> Option<Arc<TaskRecord>> {
        (task.phase != phase).then(|| self.save_task(TaskRecord { phase, ..task.clone() }))
    }

    fn image_of(&self, app: &AppId) -> String {
        self.cluster.spec(app).map(|spec| spec.run.image.name.clone()).unwrap_or_default()
    }

    pub(super) fn add_task(&mut self, task: TaskRecord) -> Arc<TaskRecord> {
        let task = Arc::new(task);
        self.save(super::Record::Task(Arc::clone(&task)));
        self.cluster.insert_task(Arc::clone(&task));
        task
    }

    /// A container of a pod is named, and has a limit of its own.
    fn exit_text(&self, task: &TaskRecord, code: i64, out_of_memory: bool, container: Option<&str>) -> String {
        let of = container.map(|name| format!("container `{name}` ")).unwrap_or_default();
        match (out_of_memory, container) {
            (false, _) => format!("{of}exited with code {code}"),
            (true, None) => format!("out of memory: it may use {} MiB", task.resources.mem),
            (true, Some(name)) => match self.mem_of(&task.app, name) {
                Some(mem) => format!("{of}is out of memory: it may use {mem} MiB"),
                None => format!("{of}is out of memory"),
            },
        }
    }

    fn mem_of(&self, app: &AppId, container: &str) -> Option<Scalar> {
        let run = &self.cluster.spec(app)?.run;
        let companion = run.companions.iter().find(|companion| companion.name == container);
        Some(companion.map_or(run.resources, |companion| companion.resources).mem)
    }
}
