//! Bodies of requests: JSON whatever the content type says, as `curl -d` sends it.

use super::BODY_BYTES_MAX;
use super::problem::Problem;
use axum::body::{Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde_json::Value;
use std::time::Duration;

/// How long a body may take as a whole.
const PATIENCE: Duration = Duration::from_secs(60);

/// Any JSON.
#[derive(Debug, Clone)]
pub(super) struct Json(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if request.body().size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(too_large());
        }
        let reading = tokio::time::timeout(PATIENCE, Bytes::from_request(request, state));
        let late = |_| {
            Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("the body of the request did not arrive within {} s", PATIENCE.as_secs()),
            )
        };
        let bytes = reading.await.map_err(late)?;
        let bytes = bytes.map_err(|refused| match refused.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            status => Problem::new(status, refused.body_text()),
        })?;
        Self::parse(bytes.into())
    }
}

impl Json {
    fn parse(bytes: Vec<u8>) -> Result<Self, Problem> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::no_body());
        }
        let text = String::from_utf8(bytes).map_err(|err| Problem::syntax(format!("the body is not UTF-8: {err}")))?;
        // Editors and shells of Windows put a mark before it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        serde_json::from_str(text).map(Self).map_err(|err| Problem::syntax(err.to_string()))
    }
}

fn too_large() -> Problem {
    let message = format!("the body is larger than {} MiB", BODY_BYTES_MAX >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_the_syntax_is_told_with_its_place() {
        let problem = Json::parse(b"{\"id\": \"a\",\n  oops}".to_vec()).expect_err("no JSON");
        assert_eq!((problem.status, &problem.body["message"]), (StatusCode::BAD_REQUEST, &"Invalid JSON".into()));
        assert_eq!(problem.body["details"], "key must be a string at line 2 column 3");
        let nothing = Json::parse(b"  ".to_vec()).expect_err("nothing");
        assert_eq!(nothing.body["message"], "Please specify data in JSON format");
        assert!(Json::parse(b"\xef\xbb\xbf{}".to_vec()).is_ok(), "a byte order mark");
    }
}
