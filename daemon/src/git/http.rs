//! Git's smart HTTP protocol at `/repo.git`. Git's own programs speak it; this file only says which of
//! them runs and what it is told.

use super::request_body;
use super::service::{Order, Service};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path as UrlPath, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Git processes at a time. A push holds its process while it watches its rollout, so this is also how
/// many terminals can watch at once.
const PROCESSES_MAX: usize = 128;
/// How long a request waits for one of them to end.
const TURN_WAIT: Duration = Duration::from_secs(10);
/// Commands, push options and packet framing around the pack itself.
const FRAMING_BYTES: u64 = 1 << 20;

/// What the handlers share.
pub(super) struct Hosting {
    pub(super) repo: PathBuf,
    /// Larger pushes are refused.
    pub(super) pack_bytes_max: u64,
    processes: Arc<Semaphore>,
}

impl Hosting {
    pub(super) fn new(repo: PathBuf, pack_bytes_max: u64) -> Arc<Self> {
        Arc::new(Self { repo, pack_bytes_max, processes: Arc::new(Semaphore::new(PROCESSES_MAX)) })
    }

    async fn order<'a>(&'a self, service: Service, protocol: Option<&'a str>) -> Result<Order<'a>, Response> {
        let turn = tokio::time::timeout(TURN_WAIT, self.processes.clone().acquire_owned()).await;
        let Ok(Ok(permit)) = turn else {
            return Err(refusal(StatusCode::SERVICE_UNAVAILABLE, "too many pushes and fetches at once; try again"));
        };
        Ok(Order { service, repo: &self.repo, protocol, pack_bytes_max: self.pack_bytes_max, permit })
    }
}

pub(super) fn router(hosting: Arc<Hosting>) -> Router {
    Router::new()
        .route("/repo.git/info/refs", get(info_refs))
        .route("/repo.git/git-upload-pack", post(upload_pack))
        .route("/repo.git/git-receive-pack", post(receive_pack))
        .route("/repo.git/{*file}", get(dumb))
        // A push is limited by `pack_bytes_max`, as it streams.
        .layer(DefaultBodyLimit::disable())
        .with_state(hosting)
}

#[derive(Deserialize)]
struct RefsQuery {
    service: Option<String>,
}

async fn info_refs(
    State(hosting): State<Arc<Hosting>>,
    Query(query): Query<RefsQuery>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let Some(name) = query.service else {
        return Err(dumb_refusal());
    };
    let service = Service::ALL
        .into_iter()
        .find(|service| name == format!("git-{service}"))
        .ok_or_else(|| refusal(StatusCode::FORBIDDEN, "this repository serves git-upload-pack and git-receive-pack"))?;
    let body = hosting.order(service, protocol(&headers)).await?.advertise().map_err(|err| no_git(&err))?;
    Ok(answer(format!("application/x-git-{service}-advertisement"), body))
}

async fn upload_pack(hosting: State<Arc<Hosting>>, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    exchange(&hosting, Service::UploadPack, &headers, body).await
}

async fn receive_pack(hosting: State<Arc<Hosting>>, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    exchange(&hosting, Service::ReceivePack, &headers, body).await
}

async fn exchange(hosting: &Hosting, service: Service, headers: &HeaderMap, body: Body) -> Result<Response, Response> {
    // Browsers cannot send this type to another site unasked, so no web page can push for its reader.
    if text(headers, header::CONTENT_TYPE) != Some(&format!("application/x-git-{service}-request")) {
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not a request of git"));
    }
    let bytes_max = hosting.pack_bytes_max + FRAMING_BYTES;
    let announced = text(headers, header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > bytes_max) {
        let limit = hosting.pack_bytes_max >> 20;
        return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("a push may hold at most {limit} MiB")));
    }
    let zipped = match text(headers, header::CONTENT_ENCODING) {
        None | Some("identity") => false,
        Some("gzip" | "x-gzip") => true,
        Some(other) => {
            let message = format!("cannot decode a body in `{other}`; gzip is understood");
            return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, &message));
        }
    };
    let input = request_body::plain(body, zipped, bytes_max);
    let output = hosting.order(service, protocol(headers)).await?.exchange(input).map_err(|err| no_git(&err))?;
    Ok(answer(format!("application/x-git-{service}-result"), output))
}

async fn dumb(UrlPath(_file): UrlPath<String>) -> Response {
    dumb_refusal()
}

fn dumb_refusal() -> Response {
    refusal(StatusCode::FORBIDDEN, "this repository speaks git's smart HTTP protocol only: use git 1.6.6 or newer")
}

/// The protocol version asked for, if it is plain text as git writes it.
fn protocol(headers: &HeaderMap) -> Option<&str> {
    headers.get("git-protocol")?.to_str().ok().filter(|text| text.len() <= 256)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn answer(content_type: String, body: Body) -> Response {
    let kind = HeaderValue::try_from(content_type).expect("a service's name is plain ASCII");
    let no_cache = HeaderValue::from_static("no-cache, max-age=0, must-revalidate");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, no_cache)], body).into_response()
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, format!("{message}\n")).into_response()
}

fn no_git(err: &std::io::Error) -> Response {
    tracing::error!(%err, "cannot start git");
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "the git program could not be started on the daemon's machine")
}
