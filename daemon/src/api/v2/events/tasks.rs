//! Events of tasks: how far they are, and how they are. Our tasks are one attempt each, so an instance changes with them.

use super::message::{FailedHealthCheck, InstanceChanged, Message, StatusUpdate, UnhealthyInstanceKill};
use super::translate::Told;
use ship_core::cluster::{Cluster, Ending, Happening, Health, TaskPhase, TaskRecord};
use ship_core::model::{HealthCheck, TaskId};
use ship_core::protocol::marathon::{HealthDefinition, IpAddress, instance_of};

/// What Marathon's clients are told of a task.
enum News {
    /// It is in another state: in the words of Mesos, and its instance's in Marathon's.
    Change(&'static str, &'static str),
    /// Its health checks agree, or one of them failed for good.
    Health(bool),
    Nothing,
}

pub(super) fn tell(task: &TaskRecord, what: &Happening, cluster: &Cluster, told: &mut Told) {
    match news(task, what) {
        News::Change(status, condition) => {
            if let (Happening::TaskStopping { .. }, true) = (what, is_unhealthy(task)) {
                tell_unhealthy_kill(task, cluster, told);
            }
            tell_change(task, (status, condition), message(what), cluster, told);
        }
        News::Health(alive) => {
            if !alive {
                tell_failed_check(task, cluster, told);
            }
            tell_health(task, alive, told);
        }
        News::Nothing => {}
    }
}

/// The app whose task this was, by its id: no segment of a path has a `_` of its own.
pub(super) fn app_of(task: &TaskId) -> String {
    let path = task.as_str().split(".instance-").next().unwrap_or_default();
    format!("/{}", path.replace('_', "/"))
}

fn news(task: &TaskRecord, what: &Happening) -> News {
    match what {
        Happening::TaskLaunched { .. } => News::Change("TASK_STAGING", "Staging"),
        Happening::TaskRunning { .. } => News::Change("TASK_RUNNING", "Running"),
        Happening::TaskStopping { .. } => News::Change("TASK_KILLING", "Killing"),
        Happening::TaskStopped { .. } => News::Change("TASK_KILLED", "Killed"),
        Happening::TaskFailed { how, .. } => match how {
            Ending::Failed => News::Change("TASK_FAILED", "Failed"),
            Ending::Finished => News::Change("TASK_FINISHED", "Finished"),
            Ending::Refused => News::Change("TASK_ERROR", "Error"),
            Ending::Unhealthy => News::Change("TASK_KILLED", "Killed"),
        },
        Happening::TaskUnreachable { .. } => News::Change("TASK_UNREACHABLE", "Unreachable"),
        Happening::TaskForgotten { .. } => News::Change("TASK_GONE", "Gone"),
        // As it was before its agent went away.
        Happening::TaskReturned { .. } => match task.phase {
            TaskPhase::Staging => News::Change("TASK_STAGING", "Staging"),
            TaskPhase::Running { .. } => News::Change("TASK_RUNNING", "Running"),
            TaskPhase::Killing { .. } => News::Change("TASK_KILLING", "Killing"),
        },
        Happening::TaskHealthy { .. } => News::Health(true),
        Happening::TaskUnhealthy { .. } => News::Health(false),
        Happening::TaskReady { .. }
        | Happening::TaskPulling { .. }
        | Happening::TaskPreempted { .. }
        | Happening::StrangerEnded { .. }
        | Happening::DeploymentStarted { .. }
        | Happening::DeploymentEnded { .. }
        | Happening::RolloutStarted
        | Happening::RolloutProgress { .. }
        | Happening::RolloutDone
        | Happening::RolloutFailed { .. }
        | Happening::RolloutReverting { .. }
        | Happening::RolloutReverted { .. }
        | Happening::RolloutCancelled
        | Happening::RolloutResumed
        | Happening::Waiting { .. }
        | Happening::AgentJoined { .. }
        | Happening::AgentLost { .. }
        | Happening::AgentDraining { .. }
        | Happening::AgentDrained { .. }
        | Happening::AgentUndrained { .. }
        | Happening::AgentChanged { .. }
        | Happening::EngineDown { .. }
        | Happening::EngineUp { .. } => News::Nothing,
    }
}

fn message(what: &Happening) -> &str {
    if let Happening::TaskFailed { reason, .. } = what { reason } else { "" }
}

fn tell_change(
    task: &TaskRecord,
    (task_status, condition): (&'static str, &'static str),
    message: &str,
    cluster: &Cluster,
    told: &mut Told,
) {
    let host = cluster.host_of(&task.agent);
    let address = match &task.phase {
        TaskPhase::Running { address, .. } => address.as_deref(),
        TaskPhase::Staging | TaskPhase::Killing { .. } => None,
    };
    told.tell(&Message::StatusUpdate(StatusUpdate {
        slave_id: &task.agent,
        task_id: &task.id,
        task_status,
        message,
        app_id: &task.app,
        host: &host,
        ip_addresses: address.map(IpAddress::of).into_iter().collect(),
        ports: task.host_ports().collect(),
        version: task.version.into(),
    }));
    told.tell(&Message::InstanceChanged(InstanceChanged {
        instance_id: instance_of(&task.id),
        condition,
        run_spec_id: &task.app,
        agent_id: &task.agent,
        host: &host,
        run_spec_version: task.version.into(),
    }));
}

fn tell_health(task: &TaskRecord, alive: bool, told: &mut Told) {
    let (app_id, instance_id, version) = (&task.app, instance_of(&task.id), task.version.into());
    told.tell(&Message::HealthStatusChanged { app_id, instance_id, version, alive });
    let (run_spec_id, run_spec_version, healthy) = (app_id, version, alive);
    told.tell(&Message::InstanceHealthChanged { instance_id, run_spec_id, run_spec_version, healthy });
}

fn tell_failed_check(task: &TaskRecord, cluster: &Cluster, told: &mut Told) {
    let instance = instance_of(&task.id);
    let check = only_check(task, cluster);
    told.tell(&Message::FailedHealthCheck(FailedHealthCheck {
        app_id: &task.app,
        task_id: instance,
        instance_id: instance,
        health_check: check.as_ref().map(HealthDefinition::of),
    }));
}

/// Agents tell the verdict of all checks: which of several failed is not known here.
fn only_check(task: &TaskRecord, cluster: &Cluster) -> Option<HealthCheck> {
    match cluster.spec(&task.app)?.checks.health.as_slice() {
        [check] => Some(check.clone()),
        [] | [_, _, ..] => None,
    }
}

fn is_unhealthy(task: &TaskRecord) -> bool {
    matches!(task.phase, TaskPhase::Running { health: Health::Unhealthy, .. })
}

fn tell_unhealthy_kill(task: &TaskRecord, cluster: &Cluster, told: &mut Told) {
    let record = cluster.app_record(&task.app);
    let failure = record.and_then(|app| app.last_failure.as_ref()).filter(|failure| failure.task == task.id);
    let reason = failure.map_or("its health checks fail", |failure| &failure.reason);
    told.tell(&Message::UnhealthyInstanceKill(UnhealthyInstanceKill {
        app_id: &task.app,
        task_id: &task.id,
        instance_id: instance_of(&task.id),
        version: task.version.into(),
        reason: reason.strip_prefix("unhealthy: ").unwrap_or(reason),
        host: &cluster.host_of(&task.agent),
        slave_id: &task.agent,
    }));
}
