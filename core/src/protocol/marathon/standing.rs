//! How an app stands: what Marathon shows of it beside its definition (marathon-v2, sections 1.3, 7.4 and 7.5).

use super::definition::Definition;
use super::scalar::Moment;
use super::task::{Task, TaskState};
use crate::model::{AgentId, AppId, DeploymentId, TaskId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// An app, and as much of how it stands as was asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct App<'a> {
    /// As it is wanted.
    #[serde(flatten)]
    pub definition: Definition<'a>,
    /// Of its tasks.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// Those that carry out a change of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployments: Option<Vec<DeploymentRef<'a>>>,
    /// While it is deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_check_results: Option<Vec<ReadinessResult<'a>>>,
    /// Those on their way out included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<Task<'a>>>,
    /// `None` also if no task ever failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_task_failure: Option<LastFailure<'a>>,
    /// Counts and ages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks_stats: Option<TasksStats>,
}

/// How many tasks are how far. Those that nothing checks, or that have no verdict yet, are neither healthy nor not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Not running yet.
    pub tasks_staged: u32,
    /// Running.
    pub tasks_running: u32,
    /// All health checks agree.
    pub tasks_healthy: u32,
    /// A health check failed as often as it may.
    pub tasks_unhealthy: u32,
}

impl Counts {
    /// And one more task, so far and with this verdict.
    #[must_use]
    pub fn with(mut self, state: TaskState, alive: Option<bool>) -> Self {
        match state {
            TaskState::Staging => self.tasks_staged += 1,
            TaskState::Running => self.tasks_running += 1,
            TaskState::Killing
            | TaskState::Unreachable
            | TaskState::Finished
            | TaskState::Failed
            | TaskState::Killed
            | TaskState::Error => {}
        }
        match alive {
            Some(true) => self.tasks_healthy += 1,
            Some(false) => self.tasks_unhealthy += 1,
            None => {}
        }
        self
    }
}

/// A deployment by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeploymentRef<'a> {
    /// The id of its commit.
    pub id: &'a DeploymentId,
}

/// What a readiness check said of one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessResult<'a> {
    /// The check's.
    pub name: &'a str,
    /// The task's.
    pub task_id: &'a TaskId,
    /// Whether it ever said yes.
    pub ready: bool,
}

/// The last task of an app that ended without our asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastFailure<'a> {
    /// Whose task it was.
    pub app_id: &'a AppId,
    /// Its agent's host name.
    pub host: &'a str,
    /// For people.
    pub message: Cow<'a, str>,
    /// How it ended.
    pub state: TaskState,
    /// Mostly gone by now.
    pub task_id: &'a TaskId,
    /// When the cluster heard of it.
    pub timestamp: Moment,
    /// Of the definition it was launched from.
    pub version: Moment,
    /// Its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slave_id: Option<&'a AgentId>,
}

/// Tasks by the definition that they were launched from; classes without tasks are left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TasksStats {
    /// Launched since the number of instances last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_after_last_scaling: Option<Stats>,
    /// Launched from the last definition, but for its number of instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_latest_config: Option<Stats>,
    /// Launched from an older one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_outdated_config: Option<Stats>,
    /// All.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_summary: Option<Stats>,
}

/// Of one class of tasks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Stats {
    /// Marathon wraps them once more.
    pub stats: StatsBody,
}

/// Counts and ages of tasks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsBody {
    /// How many are how far.
    pub counts: ShortCounts,
    /// `None` if none of them runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life_time: Option<LifeTime>,
}

/// [`Counts`] by the names that stand here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShortCounts {
    staged: u32,
    running: u32,
    healthy: u32,
    unhealthy: u32,
}

impl From<Counts> for ShortCounts {
    fn from(counts: Counts) -> Self {
        Self {
            staged: counts.tasks_staged,
            running: counts.tasks_running,
            healthy: counts.tasks_healthy,
            unhealthy: counts.tasks_unhealthy,
        }
    }
}

/// How long tasks have been running.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifeTime {
    /// The arithmetic mean.
    pub average_seconds: f64,
    /// Of an even number the mean of the middle two.
    pub median_seconds: f64,
}

impl Stats {
    /// Of these tasks; `None` if there are none.
    #[must_use]
    pub fn of(tasks: &[&Task<'_>], now: Timestamp) -> Option<Self> {
        if tasks.is_empty() {
            return None;
        }
        let with = |counts: Counts, task: &&Task<'_>| counts.with(task.state, task.alive());
        let counts = tasks.iter().fold(Counts::default(), with);
        let started = tasks.iter().filter_map(|task| task.started_at);
        let ages = started.map(|Moment(at)| now.since(at).as_secs_f64()).collect();
        Some(Self { stats: StatsBody { counts: counts.into(), life_time: LifeTime::of(ages) } })
    }
}

impl LifeTime {
    #[expect(clippy::cast_precision_loss, reason = "a number of tasks is far below 2^53")]
    fn of(mut ages: Vec<f64>) -> Option<Self> {
        ages.sort_by(f64::total_cmp);
        let middle = ages.len() / 2;
        let upper = *ages.get(middle)?;
        let lower = if ages.len().is_multiple_of(2) { ages[middle - 1] } else { upper };
        let average_seconds = ages.iter().sum::<f64>() / ages.len() as f64;
        Some(Self { average_seconds, median_seconds: f64::midpoint(lower, upper) })
    }
}
