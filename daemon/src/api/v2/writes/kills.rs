//! Tasks stopped by name or host (marathon-v2, section 8.3). Alone it is no commit: what is missing then is started
//! again. With `scale` the app gets so many instances less, and these are the ones that go.

use super::caller::Caller;
use super::{DeploymentResult, Wish, commit};
use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::params::Params;
use crate::api::v2::path::Target;
use crate::api::v2::problem::{Detail, Problem};
use crate::clock;
use crate::git::{Op, Scaling};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use ship_core::cluster::{Cluster, Input, TaskRecord};
use ship_core::model::{AppId, Kind, TaskId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is to become of the places of the tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Replace,
    Scale,
    /// Their data goes as well.
    Wipe,
}

impl Manner {
    fn of(params: &Params) -> Result<Self, Problem> {
        match (params.flag("scale")?, params.flag("wipe")?) {
            (true, true) => Err(Problem::bad_request("You cannot use scale and wipe at the same time.")),
            (true, false) => Ok(Self::Scale),
            (false, true) => Ok(Self::Wipe),
            (false, false) => Ok(Self::Replace),
        }
    }
}

/// `POST /v2/tasks/delete`. Tasks that are not known are left out.
pub(super) async fn kill_named(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let manner = Manner::of(&params)?;
    let cluster = api.master.snapshot();
    let named = ids(&value)?;
    let tasks = named.iter().filter_map(|id| cluster.task(id)).cloned().collect();
    kill(&api, tasks, manner, &params, &caller).await.map(|killed| killed.answer("tasks"))
}

/// All tasks of an app, or those on one host.
pub(super) async fn kill_of_app(
    api: &Api,
    target: &Target,
    params: &Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let manner = Manner::of(params)?;
    let cluster = api.master.snapshot();
    let app = known(&cluster, target)?;
    let host = params.get("host").filter(|host| *host != "*");
    let stands_there = |task: &&Arc<TaskRecord>| host.is_none_or(|host| cluster.host_of(&task.agent) == host);
    let tasks = cluster.tasks_of(&app).filter(stands_there).cloned().collect();
    kill(api, tasks, manner, params, &caller).await.map(|killed| killed.answer("tasks"))
}

pub(super) async fn kill_one(
    api: &Api,
    target: &Target,
    task: &str,
    params: &Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let manner = Manner::of(params)?;
    let cluster = api.master.snapshot();
    let app = known(&cluster, target)?;
    let record = cluster.task(&TaskId::new(task)).filter(|record| record.app == app).cloned();
    let record = record.ok_or_else(|| Problem::not_found(format!("Task '{task}' does not exist")))?;
    kill(api, vec![record], manner, params, &caller).await.map(|killed| killed.answer("task"))
}

fn known(cluster: &Cluster, target: &Target) -> Result<AppId, Problem> {
    let is_app = |app: &AppId| cluster.spec(app).is_some_and(|spec| spec.kind() == Kind::App);
    let app = target.app().ok().filter(is_app);
    app.ok_or_else(|| Problem::no_app(&target.id))
}

/// What came of it.
enum Killed {
    /// As they were.
    Tasks(Vec<Value>),
    Scaled(DeploymentResult),
}

impl Killed {
    fn answer(self, name: &str) -> Response {
        match self {
            Self::Scaled(result) => result.answer(),
            Self::Tasks(mut tasks) if name == "task" => {
                axum::Json(json!({ name: tasks.pop().unwrap_or_default() })).into_response()
            }
            Self::Tasks(tasks) => axum::Json(json!({ name: tasks })).into_response(),
        }
    }
}

async fn kill(
    api: &Api,
    tasks: Vec<Arc<TaskRecord>>,
    manner: Manner,
    params: &Params,
    caller: &Caller,
) -> Result<Killed, Problem> {
    let force = params.flag("force")?;
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id.clone()).collect();
    let inputs = match manner {
        Manner::Scale => {
            let wish = Wish { kill: ids, ..scaled(&tasks, force) };
            return commit(api, wish.by(caller)).await.map(Killed::Scaled);
        }
        Manner::Replace => vec![Input::Kill { tasks: ids }],
        Manner::Wipe => {
            let data = tasks.iter().filter_map(|task| task.volume.clone()).map(|volume| Input::Wipe { volume });
            data.chain([Input::Kill { tasks: ids }]).collect()
        }
    };
    let cluster = api.master.snapshot();
    let now = clock::now();
    let shown = tasks.iter().filter_map(|task| cluster.marathon_task_of(&task.id, now));
    let shown = shown.map(|task| serde_json::to_value(task).expect("a task is plain JSON")).collect();
    if !tasks.is_empty() {
        api.master.command_all(inputs).await?;
    }
    Ok(Killed::Tasks(shown))
}

/// Each app has as many instances less as it loses tasks. One that is on its way out is none of them.
fn scaled(tasks: &[Arc<TaskRecord>], force: bool) -> Wish {
    let mut less: BTreeMap<&AppId, u32> = BTreeMap::new();
    for task in tasks.iter().filter(|task| !task.is_killing()) {
        *less.entry(&task.app).or_default() += 1;
    }
    let names: Vec<String> = less.iter().map(|(app, by)| format!("{app} by {by}")).collect();
    let op = |(app, by): (&AppId, u32)| Op::Scale { app: app.clone(), to: Scaling::Less(by) };
    Wish::new(format!("scale down {}", names.join(", ")), less.into_iter().map(op).collect(), force)
}

fn ids(body: &Value) -> Result<Vec<TaskId>, Problem> {
    let list = body.get("ids").and_then(Value::as_array);
    let list = list.ok_or_else(|| Problem::shape(&[Detail::new("/ids", "error.expected.jsarray")]))?;
    list.iter().enumerate().map(|(n, id)| id_of(n, id)).collect()
}

fn id_of(n: usize, id: &Value) -> Result<TaskId, Problem> {
    let wrong = || Problem::shape(&[Detail::new(format!("/ids({n})"), "error.expected.jsstring")]);
    let text = id.as_str().ok_or_else(wrong)?;
    // An app's path, and something that no other task of it has.
    let (app, own) = text.split_once('.').unwrap_or((text, ""));
    match app.is_empty() || own.is_empty() {
        true => Err(Problem::bad_request(format!("Invalid task id '{text}'. It has no `.` between app and instance."))),
        false => Ok(TaskId::new(text)),
    }
}
