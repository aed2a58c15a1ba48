//! The headers that Marathon puts on every answer (marathon-v2, section 8.1).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

const LEADER: HeaderName = HeaderName::from_static("x-marathon-leader");
/// Of every answer that began a deployment.
pub(super) const DEPLOYMENT: HeaderName = HeaderName::from_static("marathon-deployment-id");

/// What an answer says of itself stays as it is: one with an `ETag` may be kept, if it is asked for again.
pub(super) async fn of_marathon(request: Request, next: Next) -> Response {
    let leader = format!("http://{}", host(request.headers()));
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    if let Ok(leader) = HeaderValue::try_from(leader) {
        headers.insert(LEADER, leader);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache, no-store, must-revalidate"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::EXPIRES, HeaderValue::from_static("0"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block"));
    answer
}

/// Where the client reached us, `HOST:PORT`.
pub(super) fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}
