//! Why git did not take a change, in Marathon's shapes (marathon-v2, section 8.2).

use crate::api::v2::problem::{Detail, Problem, below};
use crate::git::WriteError;
use axum::http::StatusCode;
use serde_json::Value;
use ship_core::manifest::Rule;
use ship_core::model::{AppId, Kind};
use ship_repo::{Diagnostic, schemas};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::LazyLock;

static SCHEMAS: LazyLock<[Value; 2]> = LazyLock::new(|| [schemas::app(), schemas::pod()]);

/// Where apps stand in a request that has several, such as `/apps(2)`.
pub(super) type Places = BTreeMap<AppId, String>;

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NoApp { app } | WriteError::NotThen { app, .. } => Self::no_app(app.as_str()),
            WriteError::NoGroup { group } => Self::no_group(group.as_str()),
            WriteError::Exists { app, kind: Kind::App } => Self::app_exists(&app),
            WriteError::Exists { app, kind: Kind::Pod } => {
                Self::new(StatusCode::CONFLICT, format!("A pod with id [{app}] already exists."))
            }
            WriteError::OtherKind { .. } => {
                let details = Detail::new("/id", "Applications and Pods may not share the same id.");
                Self::not_valid(&[Detail { hint: Some(error.to_string()), ..details }])
            }
            WriteError::Locked { deployments } => Self::locked(&deployments),
            WriteError::TooMany => Self::new(
                StatusCode::FORBIDDEN,
                format!("Max number ({}) of running deployments is achieved.", crate::git::DEPLOYMENTS_MAX),
            )
            .hint("wait for one of them to end: `/v2/deployments` lists them"),
            WriteError::Refused { findings, lines, .. } if findings.is_empty() => {
                Self::not_valid(&[Detail { path: "/".to_owned(), errors: lines, hint: None }])
            }
            WriteError::Refused { findings, .. } => invalid(&findings, |_| ""),
            WriteError::ReadOnly { ref by_hand, ref place } => {
                let hint = format!("{by_hand} in {place}");
                Self::new(StatusCode::FORBIDDEN, error.to_string()).hint(hint)
            }
            WriteError::Taken { .. }
            | WriteError::Stale { .. }
            | WriteError::Policy { .. }
            | WriteError::OtherFolder { .. } => Self::new(StatusCode::CONFLICT, error.to_string()),
            // A lost race, as Marathon has none: its clients try again after a conflict.
            WriteError::Busy => Self::new(StatusCode::CONFLICT, error.to_string()),
            WriteError::NoBranch(_)
            | WriteError::NoCommit { .. }
            | WriteError::NotInHistory { .. }
            | WriteError::NothingBefore { .. } => Self::not_found(error.to_string()),
            WriteError::Author { .. } | WriteError::Edit { .. } | WriteError::Text { .. } | WriteError::NoTarget => {
                Self::bad_argument(error.to_string())
            }
            WriteError::Read(_) | WriteError::Git(_) | WriteError::Commit(_) | WriteError::Cut(_) => {
                let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error}{cause}"))
            }
        }
    }
}

/// As of a write error, with the places of the request.
pub(super) fn refused_at(error: WriteError, places: &Places) -> Problem {
    match error {
        WriteError::Refused { findings, apps, .. } if !findings.is_empty() => {
            invalid(&findings, |file| apps.get(file).and_then(|app| places.get(app)).map_or("", String::as_str))
        }
        error => error.into(),
    }
}

/// One entry for each place, with all that is wrong there. `above` says where the request has what is in a file.
fn invalid<'p>(findings: &[Diagnostic], above: impl Fn(&str) -> &'p str) -> Problem {
    let mut by_path: BTreeMap<String, Detail> = BTreeMap::new();
    for finding in findings {
        let path = below(above(&finding.file), &marathon_path(&finding.pointer));
        let detail = by_path.entry(path.clone()).or_insert_with(|| Detail { path, errors: Vec::new(), hint: None });
        detail.errors.extend(code(finding));
        detail.errors.push(finding.message.clone());
        detail.hint = detail.hint.take().or_else(|| finding.hint.clone());
    }
    let details: Vec<Detail> = by_path.into_values().collect();
    match findings.iter().all(|finding| is_about_shape(finding.rule)) {
        true => Problem::shape(&details),
        false => Problem::not_valid(&details),
    }
}

fn is_about_shape(rule: Rule) -> bool {
    matches!(rule, Rule::WrongType | Rule::MissingField | Rule::OutOfRange | Rule::NotAllowed)
}

/// `/container/volumes/0/hostPath` as `/container/volumes(0)/hostPath`; the whole is `/`.
fn marathon_path(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        match step.parse::<usize>() {
            Ok(index) if !path.is_empty() => path.push_str(&format!("({index})")),
            Ok(_) | Err(_) => {
                path.push('/');
                path.push_str(&step);
            }
        }
    }
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Marathon's word for a wrong type.
fn code(finding: &Diagnostic) -> Option<String> {
    let schema = (finding.rule == Rule::WrongType).then(|| schema_at(&finding.pointer)).flatten()?;
    let kind = match schema.get("type")? {
        Value::String(kind) => kind.as_str(),
        kinds => kinds.as_array()?.first()?.as_str()?,
    };
    Some(format!("error.expected.js{}", if kind == "integer" { "number" } else { kind }))
}

/// Of apps, or else of pods: a place that both have is alike in both.
fn schema_at(pointer: &str) -> Option<&'static Value> {
    SCHEMAS.iter().find_map(|schema| place_in(schema, pointer))
}

fn place_in(mut schema: &'static Value, pointer: &str) -> Option<&'static Value> {
    for step in pointer.split('/').skip(1) {
        let branches =
            schema.get("anyOf").and_then(Value::as_array).map_or(std::slice::from_ref(schema), Vec::as_slice);
        let below = |branch: &'static Value| {
            let field = branch.get("properties").and_then(|known| known.get(step));
            field.or_else(|| branch.get("items")).or_else(|| branch.get("additionalProperties"))
        };
        schema = branches.iter().find_map(below)?;
    }
    Some(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_marathon_writes_them() {
        assert_eq!(marathon_path(""), "/");
        assert_eq!(marathon_path("/id"), "/id");
        assert_eq!(marathon_path("/container/volumes/0/hostPath"), "/container/volumes(0)/hostPath");
        assert_eq!(marathon_path("/labels/a~1b"), "/labels/a/b");
    }

    #[test]
    fn the_type_that_was_expected_is_found_in_the_schema() {
        let kind = |pointer| schema_at(pointer).and_then(|schema| schema.get("type")).cloned();
        assert_eq!(kind("/instances"), Some(serde_json::json!(["integer", "null"])));
        assert_eq!(kind("/args/3"), Some(serde_json::json!("string")));
        assert_eq!(kind("/none"), None);
    }
}
