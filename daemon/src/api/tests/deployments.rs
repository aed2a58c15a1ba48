//! Deployments over HTTP: found, listed, cancelled, gone on with.

use super::{Server, refusal, server};
use serde_json::{Value, json};
use ship_core::cluster::Outcome;
use ship_core::model::AppId;
use ship_core::protocol::{Cancelled, DeploymentView, Resumed};

async fn listed(server: &Server, query: &str) -> Vec<String> {
    let all: Vec<DeploymentView> = server.get(&format!("/v1/deployments{query}")).await.json().await.unwrap();
    all.into_iter().map(|view| view.deployment.id.to_string()).collect()
}

#[tokio::test]
async fn the_newest_is_listed_first() {
    let server = server().await;
    server.wanting("aaaa1", 1).await;
    server.wanting("bbbb1", 2).await;
    assert_eq!(listed(&server, "").await, ["bbbb1", "aaaa1"]);
    assert_eq!(listed(&server, "?limit=1").await, ["bbbb1"]);
    assert_eq!(listed(&server, "?app=/web&limit=5").await, ["bbbb1", "aaaa1"]);
    assert!(listed(&server, "?app=/other").await.is_empty());
}

#[tokio::test]
async fn the_beginning_of_an_id_is_enough_if_it_is_the_only_one() {
    let server = server().await;
    server.wanting("abcd1", 1).await;
    server.wanting("abcd2", 2).await;
    server.wanting("bcde1", 3).await;
    let found: Value = server.get("/v1/deployments/bcde").await.json().await.unwrap();
    assert_eq!(found["id"], "bcde1");
    let (status, error) = refusal(server.get("/v1/deployments/abcd").await).await;
    assert_eq!((status, error.details.len()), (409, 2));
    assert_eq!(refusal(server.get("/v1/deployments/bcd").await).await.0, 404);
    assert_eq!(refusal(server.get("/v1/deployments/cccc").await).await.0, 404);
}

#[tokio::test]
async fn a_cancel_is_done_when_it_is_answered() {
    let server = server().await;
    let id = server.wanting("abcd1", 1).await;
    let path = format!("/v1/deployments/{id}/cancel");
    let body = json!({ "by": "Ada <ada@example.org>" });
    let first: Cancelled = server.post(&path, body.clone()).await.json().await.unwrap();
    assert_eq!((first.deployment.outcome, first.was_over), (Outcome::Cancelled, false));
    let mark = server.master.snapshot().mark(&AppId::parse("/web").unwrap()).cloned().expect("a mark");
    assert_eq!(mark.reason, "cancelled by Ada <ada@example.org>");

    let again: Cancelled = server.post(&path, body).await.json().await.unwrap();
    assert_eq!((again.deployment, again.was_over), (first.deployment, true));
    assert_eq!(refusal(server.post("/v1/deployments/none/cancel", json!({})).await).await.0, 404);
    assert_eq!(refusal(server.post(&path, json!({ "by": "A\n<a@b>" })).await).await.0, 422);
}

#[tokio::test]
async fn what_was_given_up_goes_on_when_asked() {
    let server = server().await;
    let id = server.wanting("abcd1", 1).await;
    let resumed = async |body: Value| -> Resumed { server.post("/v1/resume", body).await.json().await.unwrap() };
    let web = AppId::parse("/web").unwrap();
    assert!(resumed(json!({ "app": "/web" })).await.apps.is_empty(), "nothing was given up");

    server.post(&format!("/v1/deployments/{id}/cancel"), json!({})).await;
    assert_eq!(resumed(json!({ "deployment": "abcd" })).await.apps, vec![web.clone()]);
    assert!(server.master.snapshot().mark(&web).is_none());
    let view: DeploymentView = server.get("/v1/deployments/abcd1").await.json().await.unwrap();
    assert_eq!(view.outcome(), Outcome::Running);

    server.post(&format!("/v1/deployments/{id}/cancel"), json!({})).await;
    assert_eq!(resumed(json!({ "app": "/web" })).await.apps, [web]);
    assert_eq!(refusal(server.post("/v1/resume", json!({ "app": "/none" })).await).await.0, 404);
    assert_eq!(refusal(server.post("/v1/resume", json!({ "deployment": "none" })).await).await.0, 404);
    assert_eq!(refusal(server.post("/v1/resume", json!({})).await).await.0, 422);
}
