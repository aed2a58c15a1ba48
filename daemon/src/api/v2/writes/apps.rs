//! Apps: created, updated, removed (marathon-v2, sections 1.6 and 8.3).

use super::caller::Caller;
use super::refused::Places;
use super::sent::{self, Update};
use super::sent_back;
use super::{DeploymentResult, Wish, app_of, commit, commit_several, kills, location};
use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target};
use crate::api::v2::problem::Problem;
use crate::git::Op;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use ship_core::model::{AppId, CommitId, DeploymentId, GroupId, Kind, Version};

/// The answer is the app itself.
pub(super) async fn create(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let fields = sent::fields(value, &GroupId::root())?;
    let app = sent::app_id(&fields, &GroupId::root())?;
    let wish = Wish::new(
        format!("create {app}"),
        vec![Op::Create { app: app.clone(), kind: Kind::App, fields }],
        params.flag("force")?,
    );
    let result = commit(&api, wish.by(&caller)).await?;
    let body = shown(&api, &app, &result.deployment_id);
    api.events.api_post(&caller.peer, &caller.path, &body);
    let mut headers = result.header();
    headers.extend(location("/v2/apps", &app));
    Ok((StatusCode::CREATED, headers, axum::Json(body)).into_response())
}

/// As Marathon shows a new app: with its deployment, before it has tasks, and without the versions it had. Its first
/// tasks may be on their way already, or its deployment over; the same request always gets the same answer.
fn shown(api: &Api, app: &AppId, deployment: &DeploymentId) -> Value {
    let mut body = defined(api, app);
    let fields = body.as_object_mut().expect("an app is an object");
    for count in ["tasksStaged", "tasksRunning", "tasksHealthy", "tasksUnhealthy"] {
        fields.insert(count.to_owned(), json!(0));
    }
    fields.insert("deployments".to_owned(), json!([{ "id": deployment }]));
    fields.insert("tasks".to_owned(), json!([]));
    body
}

/// What is wanted of an app, without the versions it had.
fn defined(api: &Api, app: &AppId) -> Value {
    let cluster = api.master.snapshot();
    let definition = cluster.app_record(app).and_then(|record| record.marathon_definition());
    // It may be gone again.
    let mut body = definition.map_or_else(|| json!({ "id": app }), |definition| json!(definition));
    body.as_object_mut().into_iter().for_each(|fields| drop(fields.shift_remove("versionInfo")));
    body
}

pub(super) async fn update(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let whole = !params.flag_or("partialUpdate", true)?;
    one(&api, (&rest, value), Manner { whole, create: true }, &params, caller).await
}

/// As an update, of an app that is there.
pub(super) async fn patch(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    one(&api, (&rest, value), Manner { whole: false, create: false }, &params, caller).await
}

pub(super) async fn update_all(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    let whole = !params.flag_or("partialUpdate", true)?;
    all(&api, value, Manner { whole, create: true }, &params, caller).await
}

pub(super) async fn patch_all(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    all(&api, value, Manner { whole: false, create: false }, &params, caller).await
}

/// How an update is meant.
#[derive(Clone, Copy)]
struct Manner {
    /// What is not sent goes.
    whole: bool,
    /// An app that is not there is made.
    create: bool,
}

/// The id of the path holds, whatever the body says.
async fn one(
    api: &Api,
    (rest, value): (&str, Value),
    manner: Manner,
    params: &Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let target = Target::of_app(rest).itself()?;
    let app = target.app().map_err(|err| sent::bad_id(&err))?;
    let is_new = api.master.snapshot().spec(&app).is_none();
    let (subject, op) = step(api, &app, sent::update(value)?, manner).await?;
    let wish = Wish::new(subject, vec![op], params.flag("force")?);
    let result = commit(api, wish.by(&caller)).await?;
    api.events.api_post(&caller.peer, &caller.path, &defined(api, &app));
    Ok(if is_new { result.created(&app) } else { result.answer() })
}

async fn all(api: &Api, value: Value, manner: Manner, params: &Params, caller: Caller) -> Result<Response, Problem> {
    let (mut ops, mut names, mut places) = (Vec::new(), Vec::new(), Places::new());
    for (n, value) in sent::list(value)?.into_iter().enumerate() {
        let place = format!("/({n})");
        let id = value.as_object().cloned().unwrap_or_default();
        let app = sent::app_id(&id, &GroupId::root()).map_err(|problem| problem.at(&place))?;
        names.push(app.to_string());
        let update = sent::update(value).map_err(|problem| problem.at(&place))?;
        ops.push(step(api, &app, update, manner).await?.1);
        places.insert(app, place);
    }
    let wish = Wish::new(format!("update {}", names.join(", ")), ops, params.flag("force")?);
    commit_several(api, wish.by(&caller), &places).await.map(DeploymentResult::answer)
}

/// What an update does, in words and as a step.
async fn step(api: &Api, app: &AppId, update: Update, manner: Manner) -> Result<(String, Op), Problem> {
    Ok(match update {
        Update::To(version) => {
            let commit = commit_of(api, &app.path(), version).await?;
            let missing =
                || Problem::not_found(format!("App '{app}' does not exist in version {}", version.0.rfc3339()));
            let commit = commit.ok_or_else(missing)?;
            (format!("roll back {app} to {}", version.0.rfc3339()), Op::Restore { path: app.path(), commit })
        }
        Update::Fields(mut fields) => {
            let cluster = api.master.snapshot();
            cluster.app_record(app).into_iter().for_each(|known| sent_back::leave_open(&mut fields, known));
            let instances = fields.get("instances").and_then(Value::as_u64);
            let scales = fields.keys().all(|name| matches!(name.as_str(), "instances" | "id"));
            let subject = match instances.filter(|_| scales && !manner.whole) {
                Some(instances) => format!("scale {app} to {instances}"),
                None => format!("update {app}"),
            };
            let Manner { whole, create } = manner;
            (subject, Op::Put { app: app.clone(), kind: Kind::App, fields, whole, create })
        }
    })
}

/// The commit that has a version of an app, or of a group with all below it.
pub(super) async fn commit_of(api: &Api, path: &GroupId, version: Version) -> Result<Option<CommitId>, Problem> {
    let editions = api.source.versions(path.clone()).await.map_err(Problem::from)?;
    Ok(editions.into_iter().find(|edition| edition.version == version).map(|edition| edition.commit))
}

/// An app, or tasks of it: the path says which.
pub(super) async fn remove(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let target = Target::of_app(&rest);
    match &target.part {
        Part::Tasks => return kills::kill_of_app(&api, &target, &params, caller).await,
        Part::Task(task) => return kills::kill_one(&api, &target, task, &params, caller).await,
        Part::Itself
        | Part::Below
        | Part::TasksBelow
        | Part::Restart
        | Part::Apps
        | Part::Versions
        | Part::Version(_) => {}
    }
    let app = app_of(&api, &target.itself()?)?;
    // Marathon lets nothing stand in the way of a removal, and its clients count on that.
    let force = params.flag_or("force", true)?;
    let wish = Wish::new(format!("remove {app}"), vec![Op::Delete { app }], force);
    commit(&api, wish.by(&caller)).await.map(DeploymentResult::answer)
}
