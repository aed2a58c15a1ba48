//! Apps: what is wanted of them, and how they stand (marathon-v2, sections 1.3 and 7.5).

use crate::cluster::state::App as Known;
use crate::cluster::{AppRecord, Cluster, Ending, Failure, TaskPhase, TaskRecord};
use crate::model::{AppId, AppSpec, Kind, Timestamp, Version};
use crate::protocol::marathon::{
    App, Definition, DeploymentRef, Extra, Extras, LastFailure, Moment, ReadinessResult, Stats, Task, TaskState,
    TasksStats, VersionInfo,
};
use std::borrow::Cow;
use std::ops::Bound;
use std::sync::Arc;

/// How the reason of a failure begins whose task was unhealthy.
const UNHEALTHY: &str = "unhealthy: ";

impl Cluster {
    /// All that are wanted and no pods, by id, from the one after `after`: a long list is read piece by piece.
    pub fn wanted_after<'a>(&'a self, after: Option<&AppId>) -> impl Iterator<Item = &'a AppRecord> + use<'a> {
        let begin = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.clone()));
        let known = self.apps.range((begin, Bound::Unbounded)).map(|(_, app)| &*app.record);
        known.filter(|record| record.wanted_as(Kind::App).is_some())
    }

    /// One app and so much of how it stands; `None` if it is not wanted (any more). Whether tasks are out of reach is
    /// judged by `now`.
    #[must_use]
    pub fn marathon_app(&self, id: &AppId, extras: &Extras, now: Timestamp) -> Option<App<'_>> {
        let app = self.apps.get(id)?;
        let definition = app.record.marathon_definition()?;
        let asked = |extra: Extra| extras.has(extra).then_some(());
        let whole = || app.tasks.values().map(|task| self.marathon_task(app, task, now)).collect();
        let tasks: Option<Vec<Task<'_>>> = asked(Extra::Tasks).or(asked(Extra::TaskStats)).map(|()| whole());
        Some(App {
            definition,
            counts: asked(Extra::Counts).map(|()| self.marathon_counts(app, now)),
            deployments: asked(Extra::Deployments).map(|()| self.deployments_of(id)),
            readiness_check_results: asked(Extra::Readiness).map(|()| self.readiness_of(id)),
            last_task_failure: asked(Extra::LastTaskFailure).and_then(|()| app.last_failure()),
            tasks_stats: asked(Extra::TaskStats)
                .map(|()| stats(&app.record, tasks.as_deref().unwrap_or_default(), now)),
            tasks: tasks.filter(|_| extras.has(Extra::Tasks)),
        })
    }

    /// Those that carry out a change of the app: one at most.
    fn deployments_of(&self, id: &AppId) -> Vec<DeploymentRef<'_>> {
        self.carriers.get(id).map(|id| DeploymentRef { id }).into_iter().collect()
    }

    /// What is known of its tasks' readiness while it is deployed; later nobody asks.
    pub(super) fn readiness_of<'a>(&'a self, id: &AppId) -> Vec<ReadinessResult<'a>> {
        let Some(app) = self.apps.get(id).filter(|_| self.carriers.contains_key(id)) else { return Vec::new() };
        let Some(check) = &app.record.spec.checks.readiness else { return Vec::new() };
        let result = |task: &'a Arc<TaskRecord>| match &task.phase {
            TaskPhase::Running { ready, .. } => {
                Some(ReadinessResult { name: &check.name, task_id: &task.id, ready: *ready })
            }
            TaskPhase::Staging | TaskPhase::Killing { .. } => None,
        };
        app.tasks.values().filter_map(result).collect()
    }
}

impl AppRecord {
    /// As it is wanted, with the service ports that were chosen; `None` if it is not wanted any more, or a pod.
    #[must_use]
    pub fn marathon_definition(&self) -> Option<Definition<'_>> {
        let version = self.wanted_version();
        // Records of earlier releases do not say when what changed.
        let known = |at: Version| Moment::from(if at == Version::default() { version } else { at });
        let info = VersionInfo {
            last_scaling_at: known(self.changed.scaling),
            last_config_change_at: known(self.changed.config),
        };
        let spec: &AppSpec = self.wanted_as(Kind::App)?;
        Some(Definition::of(spec, &self.service_ports, version).with_version_info(info))
    }
}

impl Known {
    fn last_failure(&self) -> Option<LastFailure<'_>> {
        let Failure { at, task, agent, host, version, how, reason } = self.record.last_failure.as_ref()?;
        let state = match how {
            Ending::Failed => TaskState::Failed,
            Ending::Finished => TaskState::Finished,
            Ending::Refused => TaskState::Error,
            Ending::Unhealthy => TaskState::Killed,
        };
        Some(LastFailure {
            app_id: &self.record.spec.id,
            host,
            message: match reason.strip_prefix(UNHEALTHY) {
                Some(cause) => Cow::Owned(format!("Task was killed since health check failed. Reason: {cause}")),
                None => Cow::Borrowed(reason),
            },
            state,
            task_id: task,
            timestamp: Moment(*at),
            version: (*version).into(),
            slave_id: agent.as_ref(),
        })
    }
}

fn stats(record: &AppRecord, tasks: &[Task<'_>], now: Timestamp) -> TasksStats {
    let (scaling, config) = (Moment::from(record.changed.scaling), Moment::from(record.changed.config));
    let of = |which: &dyn Fn(&Task<'_>) -> bool| {
        let chosen: Vec<&Task<'_>> = tasks.iter().filter(|task| which(task)).collect();
        Stats::of(&chosen, now)
    };
    TasksStats {
        started_after_last_scaling: of(&|task| task.version >= scaling),
        with_latest_config: of(&|task| task.version >= config),
        with_outdated_config: of(&|task| task.version < config),
        total_summary: of(&|_| true),
    }
}
