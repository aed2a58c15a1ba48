//! Groups: created, updated, scaled, rolled back, removed (marathon-v2, sections 2 and 8.4).

use super::apps::commit_of;
use super::caller::Caller;
use super::sent;
use super::{DeploymentResult, Wish, commit};
use crate::api::Api;
use crate::api::v2::body::Json;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target};
use crate::api::v2::problem::{Detail, Problem};
use crate::git::{Fields, Op, Scaling};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use ship_core::model::{AppId, AppSpec, GroupId, Kind};
use std::collections::BTreeSet;
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
    let result = put(api, format!("create the group {group}"), ops(&group, value, "")?, params, caller).await?;
    let mut headers = result.header();
    let location = axum::http::HeaderValue::try_from(format!("/v2/groups{group}"));
    headers.insert(axum::http::header::LOCATION, location.expect("an id is lower-case letters, digits, - . /"));
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
    let (subject, ops) = match exclusive(value)? {
        Some(Exclusive::Version(text)) => {
            let version = sent::moment(text)?;
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
        None => (format!("update the group {group}"), ops(&group, value, "")?),
    };
    if params.flag("dryRun")? {
        let plan = api.source.rehearse(Wish::new(subject, ops, true).by(&caller)).await?;
        return Ok(axum::Json(json!({ "steps": plan.marathon_steps() })).into_response());
    }
    put(api, subject, ops, params, caller).await.map(DeploymentResult::answer)
}

async fn remove_at(api: &Api, group: GroupId, params: &Params, caller: Caller) -> Result<Response, Problem> {
    let subject = format!("remove the group {group}");
    put(api, subject, vec![Op::DeleteGroup { group }], params, caller).await.map(DeploymentResult::answer)
}

async fn put(
    api: &Api,
    subject: String,
    ops: Vec<Op>,
    params: &Params,
    caller: Caller,
) -> Result<DeploymentResult, Problem> {
    commit(api, Wish::new(subject, ops, params.flag("force")?).by(&caller)).await
}

fn itself(rest: &str) -> Result<GroupId, Problem> {
    let target = Target::of_group(rest);
    match target.part {
        Part::Itself => target.group().map_err(|err| sent::bad_id(&err)),
        Part::Below
        | Part::Tasks
        | Part::TasksBelow
        | Part::Task(_)
        | Part::Restart
        | Part::Apps
        | Part::Versions
        | Part::Version(_) => Err(target.not_allowed()),
    }
}

/// The group that a body is about: relative to that of the path, if it says an id of its own.
fn group_of(value: &Value, at: &GroupId) -> Result<GroupId, Problem> {
    match value.get("id") {
        _ if !value.is_object() => Err(Problem::shape(&[sent::not_an(value, "/", "object")])),
        None | Some(Value::Null) => Ok(at.clone()),
        Some(Value::String(text)) => GroupId::resolve(text, at).map_err(|err| sent::bad_id(&err)),
        Some(other) => Err(Problem::shape(&[sent::not_an(other, "/id", "string")])),
    }
}

/// Updates that say one thing, and may say nothing else.
enum Exclusive<'a> {
    Version(&'a str),
    ScaleBy(f64),
}

fn exclusive(value: &Value) -> Result<Option<Exclusive<'_>>, Problem> {
    let given = |name: &str| value.get(name).filter(|value| !value.is_null());
    let (name, sent) = match (given("version"), given("scaleBy")) {
        (Some(version), _) => ("version", version),
        (None, Some(factor)) => ("scaleBy", factor),
        (None, None) => return Ok(None),
    };
    let others = ["apps", "groups", "dependencies", "scaleBy", "version"];
    if others.iter().any(|other| *other != name && given(other).is_some()) {
        let rule = "not allowed in conjunction with other properties.";
        return Err(Problem::not_valid(&[Detail::new(format!("/{name}"), rule)]));
    }
    match (name, sent.as_str(), sent.as_f64()) {
        ("version", Some(text), _) => Ok(Some(Exclusive::Version(text))),
        ("scaleBy", _, Some(factor)) if factor >= 0.0 => Ok(Some(Exclusive::ScaleBy(factor))),
        ("version", ..) => Err(Problem::shape(&[sent::not_an(sent, "/version", "string")])),
        _ => Err(Problem::not_valid(&[Detail::new("/scaleBy", format!("got {sent}, expected 0 or more"))])),
    }
}

/// What makes a group as the body says: apps and groups that it lists are complete, those that it does not mention stay
/// as they are. `place` is where the body stands in the request.
fn ops(group: &GroupId, value: &Value, place: &str) -> Result<Vec<Op>, Problem> {
    if value.get("enforceRole").and_then(Value::as_bool) == Some(true) {
        return Err(no_enforced_role());
    }
    let mut ops = Vec::new();
    if let Some(list) = elements(value, "apps", place)? {
        let apps = list.iter().enumerate().map(|(n, app)| app_of(group, app, &format!("{place}/apps({n})")));
        let apps = apps.collect::<Result<Vec<(AppId, Fields)>, Problem>>()?;
        let keep: BTreeSet<AppId> = apps.iter().map(|(app, _)| app.clone()).collect();
        ops.push(Op::KeepApps { group: group.clone(), keep });
        ops.extend(apps.into_iter().map(|(app, fields)| Op::Put {
            app,
            kind: Kind::App,
            fields,
            whole: true,
            create: true,
        }));
    }
    if let Some(list) = elements(value, "groups", place)? {
        let mut keep = BTreeSet::new();
        let mut inner = Vec::new();
        for (n, below) in list.iter().enumerate() {
            let place = format!("{place}/groups({n})");
            let child = child_of(group, below, &place)?;
            inner.extend(self::ops(&child, below, &place)?);
            keep.insert(child);
        }
        ops.push(Op::KeepGroups { group: group.clone(), keep });
        ops.extend(inner);
    }
    let dependencies = elements(value, "dependencies", place)?.cloned().map(Value::Array).map(|mut list| {
        sent::make_absolute(&mut list, group);
        list
    });
    let is_empty = !ops.iter().any(|op| matches!(op, Op::Put { .. } | Op::PutGroup { .. }));
    if dependencies.is_some() || (is_empty && !group.is_root()) {
        ops.push(Op::PutGroup { group: group.clone(), dependencies });
    }
    Ok(ops)
}

/// `None` if the body does not say.
fn elements<'a>(value: &'a Value, name: &str, place: &str) -> Result<Option<&'a Vec<Value>>, Problem> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(other) => Err(Problem::shape(&[sent::not_an(other, &format!("{place}/{name}"), "array")])),
    }
}

fn app_of(group: &GroupId, value: &Value, place: &str) -> Result<(AppId, Fields), Problem> {
    let fields = sent::fields(value.clone(), group)?;
    let app = sent::app_id(&fields, group)?;
    match app.group() == *group {
        true => Ok((app, fields)),
        false => Err(not_a_child(group, place)),
    }
}

fn child_of(group: &GroupId, value: &Value, place: &str) -> Result<GroupId, Problem> {
    let child = group_of(value, group)?;
    match child.parent().as_ref() == Some(group) {
        true => Ok(child),
        false => Err(not_a_child(group, place)),
    }
}

fn not_a_child(group: &GroupId, place: &str) -> Problem {
    Problem::not_valid(&[Detail::new(format!("{place}/id"), format!("Identifier is not child of '{group}'"))])
}

fn no_enforced_role() -> Problem {
    let error = "a group does not set the role of its apps here";
    let hint = "say `role` in each app".to_owned();
    Problem::not_valid(&[Detail { hint: Some(hint), ..Detail::new("/enforceRole", error) }])
}
