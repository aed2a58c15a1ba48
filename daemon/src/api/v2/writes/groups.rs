//! Groups: created, updated, scaled, rolled back, removed (marathon-v2, sections 2 and 8.4).

mod sent_group;

use super::apps::commit_of;
use super::caller::Caller;
use super::refused::{Places, refused_at};
use super::sent;
use super::sent_back;
use super::{DeploymentResult, Wish, commit_several, location};
use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target, version_of};
use crate::api::v2::problem::{Detail, Problem};
use crate::git::{Op, Scaling};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sent_group::{Exclusive, exclusive, group_of, no_enforced_role, ops};
use serde_json::{Value, json};
use ship_core::model::{AppSpec, GroupId, Kind};
use std::sync::Arc;

pub(super) async fn create(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    create_at(&api, &GroupId::root(), &value, &params, caller).await
}

pub(super) async fn create_below(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    create_at(&api, &itself(&rest)?, &value, &params, caller).await
}

pub(super) async fn update(
    State(api): State<Api>,
    params: Params,
    caller: Caller,
    Json(value): Json,
) -> Result<Response, Problem> {
    update_at(&api, &GroupId::root(), &value, &params, caller).await
}

pub(super) async fn update_below(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
    body: Result<Json, Problem>,
) -> Result<Response, Problem> {
    let target = Target::of_group(&rest);
    // An old form of going back to a version, which has no body.
    if let Part::Version(version) = &target.part {
        let group = target.group().map_err(|err| sent::bad_id(&err))?;
        return update_at(&api, &group, &json!({ "version": version }), &params, caller).await;
    }
    update_at(&api, &itself(&rest)?, &body?.0, &params, caller).await
}

pub(super) async fn remove(State(api): State<Api>, params: Params, caller: Caller) -> Result<Response, Problem> {
    remove_at(&api, GroupId::root(), &params, caller).await
}

pub(super) async fn remove_below(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
) -> Result<Response, Problem> {
    remove_at(&api, itself(&rest)?, &params, caller).await
}

/// Marathon's only patch of a group says whether its apps must have its role. Here every app says its own.
pub(super) async fn patch(Json(value): Json) -> Result<Response, Problem> {
    match value.get("enforceRole").and_then(Value::as_bool) {
        Some(false) => Ok(StatusCode::OK.into_response()),
        Some(true) => Err(no_enforced_role()),
        None => Err(Problem::shape(&[Detail::new("/enforceRole", "error.expected.jsboolean")])),
    }
}

async fn create_at(
    api: &Api,
    at: &GroupId,
    value: &Value,
    params: &Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let group = group_of(value, at)?;
    let cluster = api.master.snapshot();
    let wanted = cluster.wanted();
    if wanted.apps.keys().any(|app| app.path() == group) {
        return Err(Problem::new(StatusCode::CONFLICT, format!("An app with the path {group} already exists.")));
    }
    if wanted.apps.keys().any(|app| group.holds(app)) || wanted.groups.contains_key(&group) {
        let message = format!("Group {group} is already created. Use PUT to change this group.");
        return Err(Problem::new(StatusCode::CONFLICT, message));
    }
    let mut places = Places::new();
    let ops = ops(&group, value, "", &mut places)?;
    let result = put(api, (format!("create the group {group}"), ops), &places, params, caller).await?;
    let mut headers = result.header();
    headers.extend(location("/v2/groups", &group));
    Ok((StatusCode::CREATED, headers, axum::Json(result)).into_response())
}

async fn update_at(
    api: &Api,
    at: &GroupId,
    value: &Value,
    params: &Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let group = group_of(value, at)?;
    let mut places = Places::new();
    let (subject, ops) = match exclusive(value)? {
        Some(Exclusive::Version(text)) => {
            let version = version_of(text)?;
            let missing = || Problem::not_found(format!("Group '{group}' does not exist in version {text}"));
            let commit = commit_of(api, &group, version).await?.ok_or_else(missing)?;
            (format!("roll back the group {group} to {text}"), vec![Op::Restore { path: group, commit }])
        }
        Some(Exclusive::ScaleBy(factor)) => {
            let cluster = api.master.snapshot();
            let wanted = cluster.wanted();
            let below = wanted.apps.values().filter(|app| app.kind() == Kind::App && group.holds(&app.id));
            let op = |app: &Arc<AppSpec>| Op::Scale { app: app.id.clone(), to: Scaling::Times(factor) };
            (format!("scale the group {group} by {factor}"), below.map(op).collect())
        }
        None => {
            let mut ops = ops(&group, value, "", &mut places)?;
            sent_back::leave_all_open(&mut ops, &api.master.snapshot());
            (format!("update the group {group}"), ops)
        }
    };
    if params.flag("dryRun")? {
        let plan = api.source.rehearse(Wish::new(subject, ops, true).by(&caller)).await;
        let plan = plan.map_err(|error| refused_at(error, &places))?;
        return Ok(axum::Json(json!({ "steps": plan.marathon_steps() })).into_response());
    }
    put(api, (subject, ops), &places, params, caller).await.map(DeploymentResult::answer)
}

async fn remove_at(api: &Api, group: GroupId, params: &Params, caller: Caller) -> Result<Response, Problem> {
    let subject = format!("remove the group {group}");
    let ops = vec![Op::DeleteGroup { group }];
    put(api, (subject, ops), &Places::new(), params, caller).await.map(DeploymentResult::answer)
}

async fn put(
    api: &Api,
    (subject, ops): (String, Vec<Op>),
    places: &Places,
    params: &Params,
    caller: Caller,
) -> Result<DeploymentResult, Problem> {
    commit_several(api, Wish::new(subject, ops, params.flag("force")?).by(&caller), places).await
}

fn itself(rest: &str) -> Result<GroupId, Problem> {
    Target::of_group(rest).itself()?.group().map_err(|err| sent::bad_id(&err))
}
