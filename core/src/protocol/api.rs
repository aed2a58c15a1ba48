//! Bodies of the `/v1` HTTP API.

use crate::cluster::{Commit, Deployment, Drain, Outcome};
use crate::forecast::Supposition;
use crate::model::{
    AgentId, AppId, AppSpec, Attribute, CheckResult, CommitId, DeploymentId, GroupSpec, PortRange, Resources, TaskId,
    Timestamp, Version,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /v1/info`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Info {
    /// Of shipd.
    pub version: String,
    /// Decides whether people push here or elsewhere.
    pub source: SourceKind,
    /// Where to clone from and push to; absent if the daemon follows a repository it may not write to.
    pub repo: Option<String>,
    /// The branch that deploys.
    pub branch: String,
}

/// Where the desired state comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// What is wanted, and whether newer wishes can be read.
    pub source: SourceView,
    /// By id, those that are away included.
    pub agents: Vec<AgentView>,
    /// By id; with `?app=` that one alone.
    pub apps: Vec<AppView>,
    /// The newest first; all that run and the last that ended.
    pub deployments: Vec<DeploymentView>,
}

/// The desired state, as far as the daemon has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SourceView {
    /// Where it comes from.
    pub kind: SourceKind,
    /// The commit that is wanted.
    pub commit: Option<Commit>,
    /// Why a newer commit, or the repository itself, could not be taken over; in words.
    pub problem: Option<String>,
}

/// One agent and what stands on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentView {
    /// Stays the same over restarts and new host names.
    pub id: AgentId,
    /// What people and constraints call it.
    pub hostname: String,
    /// All that tasks of any role may use, whether in use or not.
    pub resources: Resources,
    /// Beyond `resources`: what is kept for roles, by role.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<String, Resources>,
    /// What its tasks were launched with, those that are ending included.
    pub used: Resources,
    /// Host ports that it offers, in ascending order, whether in use or not.
    #[serde(default)]
    pub ports: Vec<PortRange>,
    /// By name, as constraints compare them.
    #[serde(default)]
    pub attributes: BTreeMap<String, Attribute>,
    /// What `@zone` constraints compare.
    #[serde(default)]
    pub zone: Option<String>,
    /// What `@region` constraints compare.
    #[serde(default)]
    pub region: Option<String>,
    /// All that hold a place there, ending ones included.
    pub tasks: u32,
    /// `up`, `draining`, `drained`, or what is wrong with the link or the engine.
    pub state: String,
    /// The wish to empty it, if there is one, whatever its state.
    #[serde(default)]
    pub drain: Option<Drain>,
}

/// `GET /v1/agents/{name}`: one agent and all that stands on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentDetail {
    /// As in the list of all agents; its fields stand side by side with the tasks.
    #[serde(flatten)]
    pub agent: AgentView,
    /// Ending ones included, by id.
    pub standing: Vec<StandingTask>,
}

/// A task on an agent, and whose it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StandingTask {
    /// Whose instance it fills.
    pub app: AppId,
    /// Its fields stand side by side with the app.
    #[serde(flatten)]
    pub task: TaskView,
}

/// One app: what is wanted of it, and what is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AppView {
    /// Its absolute path.
    pub id: AppId,
    /// Of the definition that its tasks are launched from; a newer one may wait.
    pub version: Version,
    /// As wanted; 0 once the app was removed.
    pub instances: u32,
    /// Tasks whose state is `running`, `healthy` or `unhealthy`.
    pub running: u32,
    /// Tasks that their health checks approved, and that are ready.
    pub healthy: u32,
    /// Tasks that their health checks found broken.
    pub unhealthy: u32,
    /// Tasks that do not run yet.
    pub staging: u32,
    /// Of an older configuration, still running.
    pub old: u32,
    /// `running`, `rolling out`, `waiting`, `recovering`, `unknown`, `suspended`, `stopping`, `failed` (its
    /// dependency did not come up), and where its change was given up `held`, `reverting`, `cancelled`.
    pub state: String,
    /// Why it is not where it should be.
    pub reason: Option<String>,
    /// As wanted, in the words of the app file.
    pub image: String,
    /// By port index: what load balancers listen on, as the file says or as it was chosen; 0 = none was left.
    #[serde(default)]
    pub service_ports: Vec<u16>,
    /// By id, and so in the order of their launch.
    pub tasks: Vec<TaskView>,
}

/// One task of an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskView {
    /// Never used twice.
    pub id: TaskId,
    /// Its agent's host name.
    pub host: String,
    /// Of the definition that it was launched from.
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
    /// When it began to run or to stop; while it is staged, when it was launched.
    pub since: Timestamp,
}

/// `GET /v1/deployments/{id}`, and an entry of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeploymentView {
    /// With all its rollouts; its fields stand side by side with the view's own.
    #[serde(flatten)]
    pub deployment: Deployment,
}

/// `POST /v1/plan`: what if this were wanted?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRequest {
    /// All that are to be wanted; what is not among them would be removed.
    pub apps: Vec<AppSpec>,
    /// All that are to be wanted, likewise.
    pub groups: Vec<GroupSpec>,
}

/// `POST /v1/whatif`: what would follow? Changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfRequest {
    /// One after the other, without a pause between them. Agents are named by id or by host name.
    pub suppositions: Vec<Supposition>,
}

/// `POST /v1/agents/{name}/drain`. Asked again, only the deadline changes, and only if one is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DrainRequest {
    /// What is left after so many seconds is stopped; absent = what fits nowhere else stays.
    #[serde(default)]
    pub within_secs: Option<u64>,
}

/// `POST /v1/drain`: several agents, of which none takes the tasks of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DrainAllRequest {
    /// By id or by host name.
    pub agents: Vec<String>,
    /// As for one agent.
    #[serde(default)]
    pub within_secs: Option<u64>,
}

/// `POST /v1/scale`: the daemon makes the commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scale {
    /// Refused where the deploy branch has no file of it.
    pub app: AppId,
    /// What the app's file is to say; 0 suspends the app.
    pub instances: u32,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/restart`: the daemon makes the commit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Restart {
    /// Refused where the deploy branch has no file of it.
    pub app: AppId,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/rollback`: the daemon makes the commit. At least one of `app` and `to` is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rollback {
    /// Only this app's file; all apps and groups if absent.
    pub app: Option<AppId>,
    /// As it was at this commit (a name that git can resolve); before its last change if absent.
    pub to: Option<String>,
    /// Lets it delete most of the apps.
    #[serde(default)]
    pub prune: bool,
    /// `Name <mail>`; the daemon's own if absent.
    pub author: Option<String>,
}

/// `POST /v1/apply`: a commit that the repository has already, of another branch say, becomes what is wanted, as a push
/// of it to the deploy branch would make it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Apply {
    /// A name that git can resolve: an id, a branch, a tag. It must come after all that the deploy branch has.
    pub commit: String,
    /// The fingerprint of the plan that was seen (`POST /v1/plan`, `GET /v1/plan`). Refused if it is another by now.
    pub plan: Option<String>,
    /// Lets it delete most of the apps.
    #[serde(default)]
    pub prune: bool,
}

/// `POST /v1/deployments/{id}/cancel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancel {
    /// `Name <mail>`, to be shown.
    pub by: Option<String>,
}

/// What a cancel found: the deployment as it is now. `was_over` = it had ended before, and nothing was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// After the cancel; its fields stand side by side with `was_over`.
    #[serde(flatten)]
    pub deployment: Deployment,
    /// Whether it had ended before.
    pub was_over: bool,
}

/// `POST /v1/resume`: goes on with changes that were given up. One of the two is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resume {
    /// The one app, if it was given up.
    pub app: Option<AppId>,
    /// All its apps that were given up.
    pub deployment: Option<DeploymentId>,
}

/// The apps that go on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resumed {
    /// By id; empty if nothing had been given up.
    pub apps: Vec<AppId>,
}

/// One entry of `GET /v1/history`, the newest first: a commit that changed app files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// Its fields stand side by side with the entry's own.
    #[serde(flatten)]
    pub commit: Commit,
    /// The committer's time.
    pub at: Timestamp,
    /// The apps whose files it changed.
    pub apps: Vec<AppId>,
    /// Absent if it changed no app, or if its deployment is no longer kept.
    pub outcome: Option<Outcome>,
    /// Why it failed, was reverted or cancelled.
    pub reason: Option<String>,
}

/// The commit that a write became, and the deployment that carries it out; none if it changes no app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommitRef {
    /// In full; the deploy branch has it already.
    pub commit: CommitId,
    /// Has the commit's id.
    pub deployment: Option<DeploymentId>,
}

/// One line of `GET /v1/logs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogLine {
    /// Whose output it is.
    pub task: TaskId,
    /// `stdout` or `stderr`.
    pub stream: String,
    /// Without its newline.
    pub line: String,
    /// When it was printed, by the clock of its machine; RFC 3339. Absent where the engine, or an older agent, does
    /// not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub at: Option<jiff::Timestamp>,
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiError {
    /// What was refused, and why; for people.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Rendered findings, one a line, where the request held app files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

impl DeploymentView {
    /// How it went so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.deployment.outcome
    }
}
