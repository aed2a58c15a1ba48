//! Talking to a cluster over its `/v1` HTTP API. Knows routes and bodies; decides and prints nothing.

mod agents;
mod channel;
mod deployments;
mod error;
mod exec;
mod files;
mod lines;

pub(crate) use channel::Channel;
pub(crate) use error::ClientError;
pub(crate) use exec::{ExecInput, ExecOutput, ExecSaid, ExecWish};
pub(crate) use files::FilePiece;
pub(crate) use lines::{EventStream, LogStream, Sent};

use reqwest::{RequestBuilder, Response, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ship_core::cluster::Why;
use ship_core::model::{AppId, TaskId, VolumeId};
use ship_core::plan::Plan;
use ship_core::protocol::{
    ApiError, CommitRef, HistoryEntry, Info, PlanRequest, Restart, Rollback, Scale, Since, Status, VolumeView,
};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For an answer as a whole, or until one that streams begins.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
}

/// Which log lines to send.
#[derive(Debug, Clone)]
pub(crate) struct LogQuery<'a> {
    pub(crate) app: &'a AppId,
    /// One of the app's tasks; `None` = all of them.
    pub(crate) task: Option<&'a TaskId>,
    pub(crate) follow: bool,
    /// Of each task; `None` = all.
    pub(crate) tail: Option<u32>,
    pub(crate) since: Option<Since>,
}

impl Client {
    pub(crate) fn new(base: Url) -> Result<Self, ClientError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("shipctl/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT);
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| ClientError::of_exchange(base.as_str(), &error))?;
        Ok(Self { http, base })
    }

    /// The cluster's address as people write it.
    pub(crate) fn name(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    pub(crate) async fn info(&self) -> Result<Info, ClientError> {
        self.json(self.get("v1/info", &[])).await
    }

    /// What would change if this were wanted.
    pub(crate) async fn plan(&self, request: &PlanRequest) -> Result<Plan, ClientError> {
        self.post("v1/plan", request).await
    }

    /// What a plan took for granted that was shown lately.
    pub(crate) async fn shown_plan(&self, fingerprint: &str) -> Result<Plan, ClientError> {
        self.json(self.get(&format!("v1/plans/{fingerprint}"), &[])).await
    }

    pub(crate) async fn status(&self, app: Option<&AppId>) -> Result<Status, ClientError> {
        let only = app.map(|id| ("app", id.as_str()));
        self.json(self.get("v1/status", only.as_slice())).await
    }

    /// What each missing instance of an app lacks.
    pub(crate) async fn why(&self, app: &AppId) -> Result<Why, ClientError> {
        self.json(self.get("v1/why", &[("app", app.as_str())])).await
    }

    /// By id.
    pub(crate) async fn volumes(&self) -> Result<Vec<VolumeView>, ClientError> {
        self.json(self.get("v1/volumes", &[])).await
    }

    /// Frees what an instance keeps.
    pub(crate) async fn wipe(&self, volume: &VolumeId) -> Result<VolumeView, ClientError> {
        self.post(&format!("v1/volumes/{volume}/wipe"), &()).await
    }

    /// Asks the daemon for a commit that changes one number.
    pub(crate) async fn scale(&self, wish: &Scale) -> Result<CommitRef, ClientError> {
        self.post("v1/scale", wish).await
    }

    pub(crate) async fn logs(&self, wish: &LogQuery<'_>) -> Result<LogStream, ClientError> {
        let follow = if wish.follow { "true" } else { "false" };
        let (tail, since) = (wish.tail.map(|lines| lines.to_string()), wish.since.map(|since| since.to_string()));
        let mut query = vec![("app", wish.app.as_str()), ("follow", follow)];
        query.extend(wish.task.map(|task| ("task", task.as_str())));
        query.extend(tail.as_deref().map(|lines| ("tail", lines)));
        query.extend(since.as_deref().map(|since| ("since", since)));
        Ok(LogStream::new(self.send(self.get("v1/logs", &query)).await?))
    }

    /// Asks the daemon for a commit that restarts an app.
    pub(crate) async fn restart(&self, wish: &Restart) -> Result<CommitRef, ClientError> {
        self.post("v1/restart", wish).await
    }

    /// Asks the daemon for a commit that takes files back.
    pub(crate) async fn rollback(&self, wish: &Rollback) -> Result<CommitRef, ClientError> {
        self.post("v1/rollback", wish).await
    }

    /// Commits that changed apps, the newest first.
    pub(crate) async fn history(&self, app: Option<&AppId>, limit: u32) -> Result<Vec<HistoryEntry>, ClientError> {
        let limit = limit.to_string();
        let only = app.map(|id| ("app", id.as_str()));
        let query: Vec<_> = only.into_iter().chain([("limit", limit.as_str())]).collect();
        self.json(self.get("v1/history", &query)).await
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let mut address = self.address(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        self.http.get(address)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.json(self.http.post(self.address(path)).json(body)).await
    }

    /// The cluster may live below a path, behind a proxy for one.
    fn address(&self, path: &str) -> Url {
        let mut address = self.base.clone();
        address.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        address
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let answer = self.send(request.timeout(ANSWER_TIMEOUT)).await?;
        answer.json().await.map_err(|error| ClientError::of_exchange(self.name(), &error))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let answer = self.answer(request).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        Err(ClientError::of_answer(self.name(), status, body_of(status, &text)))
    }

    /// Whatever it is.
    async fn answer(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let url = self.name();
        let sent =
            tokio::time::timeout(ANSWER_TIMEOUT, request.send()).await.map_err(|_| ClientError::Unreachable {
                url: url.to_owned(),
                cause: format!("no answer for {} s", ANSWER_TIMEOUT.as_secs()),
            })?;
        sent.map_err(|error| ClientError::of_exchange(url, &error))
    }
}

/// An error's body, or one made up from whatever else answered (a proxy's page for one).
fn body_of(status: StatusCode, text: &str) -> ApiError {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let first = text.lines().next().unwrap_or_default().trim();
        let message = if first.is_empty() { status.to_string() } else { format!("{status}: {first}") };
        ApiError { message, hint: None, details: Vec::new() }
    })
}

/// What runs on this machine is never behind a proxy.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}
