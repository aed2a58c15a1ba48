//! What agents say of tasks, and how tasks end.

use super::turn::Turn;
use super::{Effect, Failure, Happening, Health, Key, TaskPhase, TaskRecord, TaskReport};
use crate::model::{AgentId, AppId, TaskId, TaskStatus};
use std::sync::Arc;

impl Turn<'_> {
    pub(super) fn task_update(&mut self, agent: &AgentId, report: TaskReport) {
        let TaskReport { task: id, status } = report;
        let Some(task) = self.cluster.tasks.get(&id).filter(|task| task.agent == *agent).cloned() else {
            return self.disown(agent, id, &status);
        };
        let host = self.cluster.host(agent);
        match status {
            TaskStatus::Pulling { percent } => self.pulling(&task, host, percent),
            TaskStatus::Starting => {}
            TaskStatus::Running { address } => self.running(&task, host, address),
            TaskStatus::Health { healthy, cause } => self.health(&task, healthy, cause),
            TaskStatus::Refused { reason } => self.ended(&task, reason, Vec::new()),
            TaskStatus::Exited { code, out_of_memory, log_tail } => {
                self.ended(&task, exit_text(&task, code, out_of_memory), log_tail);
            }
            TaskStatus::Gone => self.ended(&task, "its container is gone".to_owned(), Vec::new()),
        }
        self.dirty.insert(task.app.clone());
    }

    /// A task that is not ours (any more) must not run on.
    fn disown(&mut self, agent: &AgentId, task: TaskId, status: &TaskStatus) {
        if !status.is_terminal() {
            self.act(Effect::Kill { agent: agent.clone(), task, grace_secs: None });
        }
    }

    fn pulling(&mut self, task: &TaskRecord, host: String, percent: Option<u8>) {
        let image = self.image_of(&task.app);
        self.progressed(&task.app);
        self.emit(Some(&task.app), Happening::TaskPulling { task: task.id.clone(), host, image, percent });
    }

    fn running(&mut self, task: &TaskRecord, host: String, address: Option<String>) {
        let phase = match &task.phase {
            TaskPhase::Staging => {
                self.progressed(&task.app);
                if let Some(app) = self.app_mut(&task.app).filter(|app| app.record.digest == task.digest) {
                    app.delay = app.delay.after_success();
                }
                self.emit(Some(&task.app), Happening::TaskRunning { task: task.id.clone(), host });
                let checked = self.cluster.spec(&task.app).is_some_and(|spec| !spec.health_checks.is_empty());
                let health = if checked { Health::Unknown } else { Health::Unchecked };
                TaskPhase::Running { since: self.now, address, health }
            }
            TaskPhase::Running { since, health, .. } => TaskPhase::Running { since: *since, address, health: *health },
            TaskPhase::Killing { .. } => return,
        };
        self.set_phase(task, phase);
    }

    fn health(&mut self, task: &TaskRecord, healthy: bool, cause: Option<String>) {
        let TaskPhase::Running { since, address, health: before } = &task.phase else { return };
        let health = if healthy { Health::Healthy } else { Health::Unhealthy };
        if *before == health {
            return;
        }
        let phase = TaskPhase::Running { since: *since, address: address.clone(), health };
        self.set_phase(task, phase);
        let id = task.id.clone();
        if healthy {
            self.progressed(&task.app);
            return self.emit(Some(&task.app), Happening::TaskHealthy { task: id });
        }
        let cause = cause.unwrap_or_else(|| "its health checks fail".to_owned());
        self.note_failure(task, format!("unhealthy: {cause}"));
        self.emit(Some(&task.app), Happening::TaskUnhealthy { task: id, cause });
    }

    fn ended(&mut self, task: &TaskRecord, reason: String, log_tail: Vec<String>) {
        self.cluster.remove_task(&task.id);
        self.forget(Key::Task(task.id.clone()));
        self.rouse_roomless();
        if task.is_killing() {
            self.progressed(&task.app);
            return self.emit(Some(&task.app), Happening::TaskStopped { task: task.id.clone() });
        }
        self.note_failure(task, reason.clone());
        let host = self.cluster.host(&task.agent);
        self.emit(Some(&task.app), Happening::TaskFailed { task: task.id.clone(), host, reason, log_tail });
    }

    /// A failure of the wanted configuration slows the next launch down; an old one's does not matter.
    fn note_failure(&mut self, task: &TaskRecord, reason: String) {
        let now = self.now;
        let host = self.cluster.host(&task.agent);
        let Some(app) = self.app_mut(&task.app) else { return };
        let mut record = super::AppRecord::clone(&app.record);
        if record.digest == task.digest {
            app.delay = app.delay.after_failure(&record.spec.backoff, now);
        }
        record.last_failure = Some(Failure { at: now, task: task.id.clone(), host, reason });
        self.save_app(record);
    }

    /// Gives up a task that cannot be reached. Should its agent come back, it stops it as not ours.
    pub(super) fn abandon(&mut self, id: &TaskId) {
        self.cluster.remove_task(id);
        self.forget(Key::Task(id.clone()));
    }

    pub(super) fn kill(&mut self, id: &TaskId) {
        let Some(task) = self.cluster.tasks.get(id).cloned() else { return };
        self.set_phase(&task, TaskPhase::Killing { since: self.now });
        self.send_kill(&task);
    }

    pub(super) fn send_kill(&mut self, task: &TaskRecord) {
        let grace_secs = self.cluster.spec(&task.app).and_then(|spec| spec.kill_grace_secs);
        self.act(Effect::Kill { agent: task.agent.clone(), task: task.id.clone(), grace_secs });
    }

    pub(super) fn set_phase(&mut self, task: &TaskRecord, phase: TaskPhase) {
        if task.phase != phase {
            self.save_task(TaskRecord { phase, ..task.clone() });
        }
    }

    fn image_of(&self, app: &AppId) -> String {
        self.cluster.spec(app).map(|spec| spec.run.image.name.clone()).unwrap_or_default()
    }

    pub(super) fn add_task(&mut self, task: TaskRecord) {
        let task = Arc::new(task);
        self.save(super::Record::Task(Arc::clone(&task)));
        self.cluster.insert_task(task);
    }
}

fn exit_text(task: &TaskRecord, code: i64, out_of_memory: bool) -> String {
    match out_of_memory {
        true => format!("out of memory: it may use {} MiB", task.resources.mem),
        false => format!("exited with code {code}"),
    }
}
