//! Answers that follow from a snapshot alone carry its revision, and are not sent twice to who has them.

use crate::master::Snapshot;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A client may keep what it got, and asks each time whether it still holds. Marathon's `no-store` would forbid that.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache, must-revalidate");

/// Weak, since a compressed answer has the same. What one path answers in another form than JSON has `form` in it.
pub(super) fn of(snapshot: &Snapshot, form: &str) -> HeaderValue {
    HeaderValue::try_from(format!("W/\"{}{form}\"", snapshot.revision)).expect("plain letters, digits and dashes")
}

/// Whether `If-None-Match` names this tag, or any.
pub(super) fn is_among(tag: &HeaderValue, headers: &HeaderMap) -> bool {
    let tag = opaque(tag.to_str().unwrap_or_default());
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|list| list.split(',')).map(str::trim).any(|known| known == "*" || opaque(known) == tag)
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

pub(super) fn tagged(tag: HeaderValue, mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    answer
}

pub(super) fn unchanged(tag: HeaderValue) -> Response {
    tagged(tag, StatusCode::NOT_MODIFIED.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others() {
        let tag = HeaderValue::from_static("W/\"5-1\"");
        let asked = |text: &'static str| {
            is_among(&tag, &HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(text))]))
        };
        assert!(asked("W/\"5-1\"") && asked("\"4\", \"5-1\"") && asked("*"));
        assert!(!asked("\"5-2\"") && !asked("5-1") && !is_among(&tag, &HeaderMap::new()));
    }
}
