//! What a client sent of a group, as the steps of a commit (marathon-v2, section 2).

use crate::api::v2::problem::{Detail, Problem};
use crate::api::v2::writes::refused::Places;
use crate::api::v2::writes::sent;
use crate::git::{Fields, Op};
use serde_json::Value;
use ship_core::model::{AppId, GroupId, Kind};
use std::collections::BTreeSet;

/// The group that a body is about: relative to that of the path, if it says an id of its own.
pub(super) fn group_of(value: &Value, at: &GroupId) -> Result<GroupId, Problem> {
    match value.get("id") {
        _ if !value.is_object() => Err(Problem::shape(&[sent::not_an(value, "/", "object")])),
        None | Some(Value::Null) => Ok(at.clone()),
        Some(Value::String(text)) => GroupId::resolve(text, at).map_err(|err| sent::bad_id(&err)),
        Some(other) => Err(Problem::shape(&[sent::not_an(other, "/id", "string")])),
    }
}

/// Updates that say one thing, and may say nothing else.
pub(super) enum Exclusive<'a> {
    Version(&'a str),
    ScaleBy(f64),
}

pub(super) fn exclusive(value: &Value) -> Result<Option<Exclusive<'_>>, Problem> {
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
/// as they are. `place` is where the body stands in the request; `places` is told where its apps do.
pub(super) fn ops(group: &GroupId, value: &Value, place: &str, places: &mut Places) -> Result<Vec<Op>, Problem> {
    if value.get("enforceRole").and_then(Value::as_bool) == Some(true) {
        return Err(no_enforced_role());
    }
    let mut ops = Vec::new();
    if let Some(list) = elements(value, "apps", place)? {
        let mut apps = Vec::new();
        for (n, app) in list.iter().enumerate() {
            let place = format!("{place}/apps({n})");
            let (app, fields) = app_of(group, app, &place)?;
            places.insert(app.clone(), place);
            apps.push((app, fields));
        }
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
            inner.extend(self::ops(&child, below, &place, places)?);
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
    let fields = sent::fields(value.clone(), group).map_err(|problem| problem.at(place))?;
    let app = sent::app_id(&fields, group).map_err(|problem| problem.at(place))?;
    match app.group() == *group {
        true => Ok((app, fields)),
        false => Err(not_a_child(group, place)),
    }
}

fn child_of(group: &GroupId, value: &Value, place: &str) -> Result<GroupId, Problem> {
    let child = group_of(value, group).map_err(|problem| problem.at(place))?;
    match child.parent().as_ref() == Some(group) {
        true => Ok(child),
        false => Err(not_a_child(group, place)),
    }
}

fn not_a_child(group: &GroupId, place: &str) -> Problem {
    Problem::not_valid(&[Detail::new(format!("{place}/id"), format!("Identifier is not child of '{group}'"))])
}

pub(super) fn no_enforced_role() -> Problem {
    let error = "a group does not set the role of its apps here";
    let hint = "say `role` in each app".to_owned();
    Problem::not_valid(&[Detail { hint: Some(hint), ..Detail::new("/enforceRole", error) }])
}
