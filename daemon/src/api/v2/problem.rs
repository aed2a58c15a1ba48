//! Every answer of `/v2` that is not a success, in Marathon's shapes and words (marathon-v2, section 8.2). Clients
//! read `message`, tell a lock from a duplicate by `deployments`, and show `details`.

use crate::api::Refusal;
use crate::api::refusal::RETRY_AFTER;
use crate::master::Stopped;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use ship_core::model::{AppId, DeploymentId};

/// What a handler answers in place of what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    /// Methods that would have been answered.
    allow: Option<&'static str>,
}

/// What is wrong with one place of a body. `path` and `errors` are Marathon's; the rest is ours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Detail {
    /// Such as `/container/volumes(0)/hostPath`; `/` is the whole.
    pub(super) path: String,
    /// One or more, for people; the first may be one of Marathon's codes, such as `error.expected.jsstring`.
    pub(super) errors: Vec<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
}

impl Detail {
    pub(super) fn new(path: impl Into<String>, error: impl Into<String>) -> Self {
        Self { path: path.into(), errors: vec![error.into()], hint: None }
    }
}

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self::with_body(status, json!({ "message": message.into() }))
    }

    /// The body is no JSON; `place` says where.
    pub(super) fn syntax(place: impl Into<String>) -> Self {
        let body = json!({ "message": "Invalid JSON", "details": place.into() });
        Self::with_body(StatusCode::BAD_REQUEST, body)
    }

    fn with_body(status: StatusCode, body: Value) -> Self {
        Self { status, body, allow: None }
    }

    pub(super) fn no_body() -> Self {
        let message = "Please specify data in JSON format";
        let body = json!({ "message": message, "details": "the body of the request is empty" });
        Self::with_body(StatusCode::BAD_REQUEST, body)
    }

    /// JSON of another shape than asked for: wrong types, missing fields, values out of range.
    pub(super) fn shape(details: &[Detail]) -> Self {
        Self::listing("Invalid JSON", details)
    }

    /// Of the right shape, and against a rule.
    pub(super) fn not_valid(details: &[Detail]) -> Self {
        Self::listing("Object is not valid", details)
    }

    fn listing(message: &str, details: &[Detail]) -> Self {
        Self::with_body(StatusCode::UNPROCESSABLE_ENTITY, json!({ "message": message, "details": details }))
    }

    /// A selector, a moment or another argument that cannot be read.
    pub(super) fn bad_argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The path is one, but only for the methods that `allow` names.
    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        let message = format!("this path answers {} alone", allow.replace(',', ", "));
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    pub(super) fn no_app(id: impl AsRef<str>) -> Self {
        Self::not_found(format!("App '{}' does not exist", id.as_ref()))
    }

    pub(super) fn no_pod(id: impl AsRef<str>) -> Self {
        Self::not_found(format!("Pod '{}' does not exist", id.as_ref()))
    }

    pub(super) fn no_group(id: impl AsRef<str>) -> Self {
        Self::not_found(format!("Group '{}' does not exist", id.as_ref()))
    }

    /// Without `deployments`: by that clients tell it from a lock.
    pub(super) fn app_exists(id: &AppId) -> Self {
        Self::new(StatusCode::CONFLICT, format!("An app with id [{id}] already exists."))
    }

    /// The text is Marathon's to the letter, its placeholder included: clients compare it.
    pub(super) fn locked<'a>(deployments: impl IntoIterator<Item = &'a DeploymentId>) -> Self {
        let message = "App is locked by one or more deployments. Override with the option '?force=true'. \
                       View details at '/v2/deployments/<DEPLOYMENT_ID>'.";
        let deployments: Vec<Value> = deployments.into_iter().map(|id| json!({ "id": id })).collect();
        Self::with_body(StatusCode::CONFLICT, json!({ "message": message, "deployments": deployments }))
    }

    /// What is wrong is part of something larger, which has it at `place`.
    #[must_use]
    pub(super) fn at(mut self, place: &str) -> Self {
        for detail in self.body["details"].as_array_mut().into_iter().flatten() {
            detail["path"] = below(place, detail["path"].as_str().unwrap_or_default()).into();
        }
        self
    }

    /// What to do about it, beside Marathon's own fields.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.body["hint"] = hint.into().into();
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut answer = (self.status, Json(self.body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        if let Some(allow) = self.allow {
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        answer
    }
}

impl From<Refusal> for Problem {
    fn from(Refusal { status, error }: Refusal) -> Self {
        let problem = Self::new(status, error.message);
        error.hint.into_iter().fold(problem, Self::hint)
    }
}

/// The path of what is at `path` of that which is at `place`.
pub(super) fn below(place: &str, path: &str) -> String {
    match path {
        "/" if !place.is_empty() => place.to_owned(),
        path => format!("{place}{path}"),
    }
}

/// What Marathon never had, or has no more.
pub(super) async fn nothing_there(uri: Uri) -> Problem {
    Problem::not_found(format!("there is nothing at `{}`", uri.path()))
}

impl From<Stopped> for Problem {
    fn from(_: Stopped) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Could not determine the current leader")
            .hint("the daemon is stopping; nothing was changed")
    }
}
