//! Bodies of the `/v1` HTTP API.

use crate::cluster::{Commit, Deployment, Outcome};
use crate::model::{
    AgentId, AppId, AppSpec, CheckResult, CommitId, DeploymentId, GroupSpec, Resources, TaskId, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

/// `GET /v1/info`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// Of shipd.
    pub version: String,
    pub source: SourceKind,
    /// Where to clone from and push to; absent if the daemon follows a repository it may not write to.
    pub repo: Option<String>,
    /// The branch that deploys.
    pub branch: String,
}

/// Where the desired state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The daemon's own repository: people push to it.
    Hosted,
    /// A repository on the daemon's disk, watched.
    Watched,
    /// A remote, polled.
    Upstream,
}

/// `GET /v1/status`, and `GET /v1/status?app=/shop/web` for one app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub source: SourceView,
    pub agents: Vec<AgentView>,
    pub apps: Vec<AppView>,
    /// The newest first; all that run and the last that ended.
    pub deployments: Vec<DeploymentView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    pub kind: SourceKind,
    /// The commit that is wanted.
    pub commit: Option<Commit>,
    /// Why a newer commit, or the repository itself, could not be taken over; in words.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentView {
    pub id: AgentId,
    pub hostname: String,
    pub resources: Resources,
    pub used: Resources,
    pub tasks: u32,
    /// `up`, or what is wrong with the link or the engine.
    pub state: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppView {
    pub id: AppId,
    pub version: Version,
    pub instances: u32,
    pub running: u32,
    pub healthy: u32,
    pub unhealthy: u32,
    pub staging: u32,
    /// Of an older configuration, still running.
    pub old: u32,
    /// `running`, `rolling out`, `waiting`, `recovering`, `unknown`, `suspended`, `stopping`, `failed` (its
    /// dependency did not come up), and where its change was given up `held`, `reverting`, `cancelled`.
    pub state: String,
    /// Why it is not where it should be.
    pub reason: Option<String>,
    pub image: String,
    pub tasks: Vec<TaskView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskView {
    pub id: TaskId,
    pub host: String,
    pub version: Version,
    /// Whether it runs the wanted configuration.
    pub current: bool,
    /// `staging`, `running`, `healthy`, `unhealthy`, `killing`, `unknown`.
    pub state: String,
    /// What its informing check found last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckResult>,
    /// Host ports, in the order of the app's ports.
    pub ports: Vec<u16>,
    pub since: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploymentView {
    #[serde(flatten)]
    pub deployment: Deployment,
}

/// `POST /v1/plan`: what if this were wanted?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanRequest {
    pub apps: Vec<AppSpec>,
    pub groups: Vec<GroupSpec>,
}

/// `POST /v1/scale`: the daemon makes the commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    pub app: AppId,
    pub instances: u32,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/restart`: the daemon makes the commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Restart {
    pub app: AppId,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/rollback`: the daemon makes the commit. At least one of `app` and `to` is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rollback {
    /// Only this app's file; all apps and groups if absent.
    pub app: Option<AppId>,
    /// As it was at this commit (a name that git can resolve); before its last change if absent.
    pub to: Option<String>,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/deployments/{id}/cancel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cancel {
    /// `Name <mail>`, to be shown.
    pub by: Option<String>,
}

/// What a cancel found: the deployment as it is now. `was_over` = it had ended before, and nothing was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    #[serde(flatten)]
    pub deployment: Deployment,
    pub was_over: bool,
}

/// `POST /v1/resume`: goes on with changes that were given up. One of the two is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    pub app: Option<AppId>,
    /// All its apps that were given up.
    pub deployment: Option<DeploymentId>,
}

/// The apps that go on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    pub apps: Vec<AppId>,
}

/// One entry of `GET /v1/history`, the newest first: a commit that changed app files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    #[serde(flatten)]
    pub commit: Commit,
    pub at: Timestamp,
    /// The apps whose files it changed.
    pub apps: Vec<AppId>,
    /// Absent if it changed no app, or if its deployment is no longer kept.
    pub outcome: Option<Outcome>,
    /// Why it failed, was reverted or cancelled.
    pub reason: Option<String>,
}

/// The commit that a write became, and the deployment that carries it out; none if it changes no app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CommitRef {
    pub commit: CommitId,
    pub deployment: Option<DeploymentId>,
}

/// One line of `GET /v1/logs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    pub task: TaskId,
    /// `stdout` or `stderr`.
    pub stream: String,
    pub line: String,
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Rendered findings, one a line, where the request held app files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

impl DeploymentView {
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.deployment.outcome
    }
}
