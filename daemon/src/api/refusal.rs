//! Every answer that is not a success: a status, and an [`ApiError`] that says why and what to do.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use ship_core::protocol::ApiError;
use std::any::Any;

/// After so many seconds the same request may succeed.
pub(super) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// What a handler answers in place of what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// 4xx or 5xx. `shipctl` derives its exit code from it.
    pub status: StatusCode,
    /// The body.
    pub error: ApiError,
}

impl Refusal {
    /// With a message alone, which says what happened and why.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, error: ApiError { message: message.into(), hint: None, details: Vec::new() } }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.error.hint = Some(hint.into());
        self
    }

    /// Further lines for people, such as the findings in files.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.error.details = details;
        self
    }

    /// The daemon is going down; the same request may succeed after it is back.
    #[must_use]
    pub fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the daemon is stopping; nothing was changed")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = (self.status, Json(self.error)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        answer
    }
}

impl From<crate::master::Stopped> for Refusal {
    fn from(_: crate::master::Stopped) -> Self {
        Self::stopping()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

pub(super) async fn not_found(uri: Uri) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format!("there is nothing at `{}`", uri.path()))
}

pub(super) async fn method_not_allowed(method: Method, uri: Uri) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{}` does not answer {method}", uri.path()))
}

/// The panic itself is in the log, from the hook that `main` sets.
pub(super) fn after_panic(_panic: Box<dyn Any + Send + 'static>) -> Response {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "this request met a mistake in shipd")
        .hint("the daemon's log says where; please report it")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_too_early_is_told_to_come_again() {
        let answer = Refusal::stopping().into_response();
        assert_eq!(answer.headers()[header::RETRY_AFTER], "1");
        assert!(!Refusal::new(StatusCode::CONFLICT, "no").into_response().headers().contains_key(header::RETRY_AFTER));
    }
}
