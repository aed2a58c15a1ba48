//! The API over real HTTP: what it answers, and what bad requests get.

mod agents;
mod deployments;
mod events;
mod marathon;
mod metrics;
mod stopping;

use super::{Api, Refusal, Source, router};
use crate::git::{Change, Edition, WriteError};
use crate::master::links::Links;
use crate::master::{Inbox, Master, Reconciler};
use crate::store::Memory;
use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use ship_core::cluster::{Cluster, Commit, Happening, Outcome};
use ship_core::model::{AppId, CommitId, GroupId, Wanted};
use ship_core::plan::Plan;
use ship_core::protocol::{
    ApiError, Apply, CommitRef, HistoryEntry, Info, Restart, Rollback, Scale, SourceKind, Status,
};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

struct Nowhere;

#[async_trait]
impl Source for Nowhere {
    fn kind(&self) -> SourceKind {
        SourceKind::Hosted
    }

    fn clone_url(&self, host: &str) -> Option<String> {
        Some(format!("http://{host}/repo.git"))
    }

    fn branch(&self) -> &str {
        "main"
    }

    fn problem(&self) -> Option<String> {
        Some("the branch is gone".to_owned())
    }

    async fn scale(&self, scale: Scale) -> Result<CommitRef, Refusal> {
        Err(Refusal::new(StatusCode::CONFLICT, format!("cannot scale `{}`", scale.app)).hint("do it in git"))
    }

    async fn history(&self, _app: Option<AppId>, _limit: usize) -> Result<Vec<HistoryEntry>, Refusal> {
        Ok(Vec::new())
    }

    async fn versions(&self, _path: GroupId) -> Result<Vec<Edition>, Refusal> {
        Ok(Vec::new())
    }

    async fn wanted_at(&self, _commit: CommitId) -> Result<Option<Wanted>, Refusal> {
        Ok(None)
    }

    async fn apply(&self, _apply: Apply) -> Result<CommitRef, Refusal> {
        Err(Refusal::new(StatusCode::CONFLICT, "cannot apply"))
    }

    async fn plan(&self, _commit: String) -> Result<Plan, Refusal> {
        Err(Refusal::new(StatusCode::CONFLICT, "cannot plan"))
    }

    async fn change(&self, _change: Change) -> Result<CommitRef, WriteError> {
        Err(WriteError::Busy)
    }

    async fn rehearse(&self, _change: Change) -> Result<Plan, WriteError> {
        Err(WriteError::Busy)
    }

    async fn restart(&self, _restart: Restart) -> Result<CommitRef, Refusal> {
        Err(Refusal::new(StatusCode::CONFLICT, "cannot restart"))
    }

    async fn rollback(&self, _rollback: Rollback) -> Result<CommitRef, Refusal> {
        Err(Refusal::new(StatusCode::CONFLICT, "cannot roll back"))
    }
}

struct Server {
    url: String,
    master: Master,
    events: super::Bus,
    stop: CancellationToken,
    _stop: DropGuard,
}

async fn server() -> Server {
    let stop = CancellationToken::new();
    let inbox = Inbox::new();
    let links = Links::new("token", inbox.sender(), stop.clone());
    let (master, reconciler) =
        Reconciler::open(Cluster::new(1), Arc::new(Memory::default()), Arc::new(links.clone()), inbox, stop.clone())
            .await
            .unwrap();
    let metrics = crate::metrics::Metrics::new();
    let (events, telling) = super::Bus::open(&master, metrics.clone(), stop.clone());
    tokio::spawn(telling);
    tokio::spawn(reconciler.run());
    let api = Api {
        master: master.clone(),
        links,
        source: Arc::new(Nowhere),
        events: events.clone(),
        metrics,
        logging: crate::logging::of_process(),
        stop: stop.clone(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let panics = Router::new().route("/panics", get(async || -> StatusCode { panic!("on purpose") }));
    tokio::spawn(super::serve(listener, router(api, panics), stop.clone()));
    Server { url, master, events, stop: stop.clone(), _stop: stop.drop_guard() }
}

impl Server {
    async fn get(&self, path: &str) -> Response {
        reqwest::get(format!("{}{path}", self.url)).await.unwrap()
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.url));
        request.header("content-type", kind).body(body).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Response {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    async fn wanting_one_app(&self) -> String {
        self.wanting("c1", 1).await
    }

    /// `/web` with so many instances, of which none ever starts.
    async fn wanting(&self, commit: &str, instances: u32) -> String {
        let mut wanted = Wanted::default();
        let app = crate::master::sample_app("/web", instances);
        wanted.apps.insert(app.id.clone(), Arc::new(app));
        let commit = Commit {
            id: CommitId::new(commit),
            author: "A <a@b.example>".into(),
            subject: "web".into(),
            reverts: None,
            version: None,
        };
        self.master.desire(commit, wanted).await.unwrap().expect("a deployment").to_string()
    }
}

async fn refusal(response: Response) -> (u16, ApiError) {
    (response.status().as_u16(), response.json().await.expect("every refusal has a body that says why"))
}

#[tokio::test]
async fn reads_come_from_the_snapshot() {
    let server = server().await;
    assert_eq!(server.get("/ping").await.text().await.unwrap(), "pong");
    let info: Info = server.get("/v1/info").await.json().await.unwrap();
    assert_eq!(info.repo, Some(format!("{}/repo.git", server.url)));

    let id = server.wanting_one_app().await;
    let status: Status = server.get("/v1/status").await.json().await.unwrap();
    assert_eq!(status.apps.len(), 1);
    assert_eq!(status.deployments[0].deployment.id.as_str(), id);
    assert_eq!(status.source.problem.as_deref(), Some("the branch is gone"));
    let one: Status = server.get("/v1/status?app=/web").await.json().await.unwrap();
    assert_eq!(one.apps[0].id, AppId::parse("/web").unwrap());
    let deployment: Value = server.get(&format!("/v1/deployments/{id}")).await.json().await.unwrap();
    assert_eq!(deployment["outcome"], "running");
}

#[tokio::test]
async fn a_plan_compares_with_what_is_wanted_and_changes_nothing() {
    let server = server().await;
    let body = json!({ "apps": [crate::master::sample_app("/web", 2)], "groups": [] }).to_string();
    let plan: Value = server.send(Method::POST, "/v1/plan", "application/json", body).await.json().await.unwrap();
    assert_eq!(plan["changes"][0]["action"], "create");
    let name = plan["fingerprint"].as_str().unwrap();
    let shown: Value = server.get(&format!("/v1/plans/{name}")).await.json().await.unwrap();
    assert_eq!(shown["inputs"], plan["inputs"]);
    assert_eq!(refusal(server.get("/v1/plans/000000000000").await).await.0, 404);
    assert!(server.master.snapshot().wanted().apps.is_empty());
}

#[tokio::test]
async fn a_follower_gets_numbered_events_to_the_end() {
    let server = server().await;
    let id = server.wanting_one_app().await;
    let follow = server.get(&format!("/v1/deployments/{id}/follow")).await;
    assert_eq!(follow.headers()["content-type"], "text/event-stream");
    let next = Commit {
        id: CommitId::new("c2"),
        author: "A <a@b.example>".into(),
        subject: "none".into(),
        reverts: None,
        version: None,
    };
    server.master.desire(next, Wanted::default()).await.unwrap();

    let text = follow.text().await.unwrap();
    let events: Vec<ship_core::cluster::Event> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert!(matches!(events[0].what, Happening::DeploymentStarted { .. }), "{text}");
    let last = &events.last().unwrap().what;
    assert!(matches!(last, Happening::DeploymentEnded { outcome: Outcome::Superseded, .. }), "{text}");

    let number = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let request = reqwest::Client::new().get(format!("{}/v1/deployments/{id}/follow", server.url));
    let resumed = request.header("last-event-id", number).send().await.unwrap().text().await.unwrap();
    assert_eq!(resumed.matches("data: ").count(), events.len() - 1);
}

#[tokio::test]
async fn all_events_can_be_read_on_from_where_one_was() {
    let server = server().await;
    server.wanting_one_app().await;
    let mut all = server.get("/v1/events?since=0").await;
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    while text.matches("data: ").count() < 2 {
        text.push_str(&String::from_utf8_lossy(&all.chunk().await.unwrap().expect("more to come")));
    }
    assert!(text.starts_with(": missed: none before "), "numbers begin with the moment of the start: {text}");
    let number = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap();
    let mut on = reqwest::Client::new().get(format!("{}/v1/events", server.url));
    on = on.header("last-event-id", number);
    let first = on.send().await.unwrap().chunk().await.unwrap().expect("an event");
    let next = number.parse::<u64>().unwrap() + 1;
    assert!(String::from_utf8_lossy(&first).contains(&format!("id: {next}")), "{text}");
    assert_eq!(refusal(server.get("/v1/events?since=yesterday").await).await.0, 400);
    let past = server.get("/v1/events?follow=false").await.text().await.unwrap();
    assert!(past.matches("data: ").count() >= 2, "up to now, and then an end: {past}");
}

/// Time stands still but where everybody waits for it.
#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_not_waited_for() {
    let server = server().await;
    for path in ["/v1/plan", "/v1/scale"] {
        let mut client = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{{");
        client.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 408");
    }
}

/// Whether the length is told beforehand, or found out.
#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let server = server().await;
    let told = format!("content-length: {}\r\n\r\n", (16 << 20) + 1);
    let found_out = format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n{}", 17 << 20, "x".repeat((16 << 20) + 1));
    for rest in [told, found_out] {
        let mut client = TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap();
        let head = "POST /v2/apps HTTP/1.1\r\nhost: x\r\n";
        client.write_all(head.as_bytes()).await.unwrap();
        // It may be answered, and hung up on, before all is sent.
        let _ = client.write_all(rest.as_bytes()).await;
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    }
}

#[tokio::test]
async fn bad_requests_are_told_why_and_stop_nothing() {
    let server = server().await;
    let json = "application/json";
    let refused = |response| async { refusal(response).await.0 };
    assert_eq!(refused(server.get("/v1/status?app=Not%20An%20Id").await).await, 400);
    assert_eq!(refused(server.get("/v1/status?app=/none").await).await, 404);
    assert_eq!(refused(server.get("/v1/deployments/none").await).await, 404);
    assert_eq!(refused(server.get("/v1/deployments/none/follow").await).await, 404);
    assert_eq!(refused(server.get("/v1/history?app=/none").await).await, 404);
    assert_eq!(refused(server.get("/v1/history?limit=many").await).await, 400);
    assert_eq!(refused(server.get("/v1/logs").await).await, 400);
    assert_eq!(refused(server.get("/v1/logs?app=/none").await).await, 404);
    assert_eq!(refused(server.send(Method::DELETE, "/v1/status", json, "").await).await, 405);
    assert_eq!(refused(server.send(Method::POST, "/v1/plan", json, "{").await).await, 400);
    assert_eq!(refused(server.send(Method::POST, "/v1/plan", json, "{}").await).await, 422);
    assert_eq!(refused(server.send(Method::POST, "/v1/plan", "text/plain", "{}").await).await, 415);
    // One byte too many, so that nothing is left unread when the refusal comes.
    let too_much = vec![b' '; super::BODY_BYTES_MAX + 1];
    assert_eq!(refused(server.send(Method::POST, "/v1/plan", json, too_much).await).await, 413);
    assert_eq!(refused(server.get("/panics").await).await, 500);

    let scale = json!({ "app": "/web", "instances": 2 }).to_string();
    let (status, error) = refusal(server.send(Method::POST, "/v1/scale", json, scale).await).await;
    assert_eq!((status, error.hint.as_deref()), (409, Some("do it in git")));
    assert_eq!(server.get("/ping").await.status(), 200);
}
