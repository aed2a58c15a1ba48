//! Agents over HTTP: listed, found by id or host name.

use super::{Server, refusal, server};
use serde_json::{Value, json};
use ship_core::cluster::Input;
use ship_core::forecast::{Rebalance, WhatIf};
use ship_core::model::{AgentId, AgentInfo};
use ship_core::protocol::{AgentDetail, AgentView};

/// Four CPUs and 1 GiB.
fn info(id: &str, host: &str) -> AgentInfo {
    serde_json::from_value(json!({
        "id": id, "hostname": host, "resources": { "cpus": 4.0, "mem": 1024, "disk": 1024, "gpus": 0 },
        "ports": [{ "first": 31000, "last": 31099 }], "attributes": {}, "zone": null, "region": null,
        "engine": { "up": { "version": "test" } },
    }))
    .expect("the form that the core writes")
}

impl Server {
    async fn joined(&self, id: &str, host: &str) {
        self.master.command(Input::AgentJoined { info: info(id, host), tasks: Vec::new() }).await.unwrap();
    }
}

#[tokio::test]
async fn an_agent_is_found_by_id_and_by_host_name() {
    let server = server().await;
    server.joined("a1", "node-1").await;
    server.joined("a2", "node-2").await;
    server.wanting("c1", 1).await;
    let all: Vec<AgentView> = server.get("/v1/agents").await.json().await.unwrap();
    assert_eq!(all.iter().map(|agent| agent.hostname.as_str()).collect::<Vec<_>>(), ["node-1", "node-2"]);
    let busy = all.iter().find(|agent| agent.tasks == 1).expect("one has the task");
    for name in [busy.id.as_str(), &busy.hostname] {
        let one: AgentDetail = server.get(&format!("/v1/agents/{name}")).await.json().await.unwrap();
        assert_eq!((one.agent.id, one.standing[0].app.as_str()), (busy.id.clone(), "/web"));
    }
}

#[tokio::test]
async fn who_is_unknown_or_not_alone_is_told_who_there_is() {
    let server = server().await;
    let (status, error) = refusal(server.get("/v1/agents/node-1").await).await;
    assert_eq!((status, error.details.len()), (404, 0));
    server.joined("a1", "node-1").await;
    server.joined("a2", "node-1").await;
    let (status, error) = refusal(server.get("/v1/agents/node-2").await).await;
    assert_eq!((status, error.details), (404, vec!["node-1  a1".to_owned(), "node-1  a2".to_owned()]));
    let (status, error) = refusal(server.get("/v1/agents/node-1").await).await;
    assert_eq!((status, error.details), (409, vec!["a1  up".to_owned(), "a2  up".to_owned()]));
    let one: Value = server.get("/v1/agents/a2").await.json().await.unwrap();
    assert_eq!(one["id"], AgentId::new("a2").as_str());
}

#[tokio::test]
async fn a_drain_keeps_its_deadline_until_another_is_given() {
    let server = server().await;
    server.joined("a1", "node-1").await;
    let told = async |path: &str, body: Value| -> AgentDetail {
        server.post(&format!("/v1/agents/{path}"), body).await.json().await.unwrap()
    };
    let deadline = |detail: &AgentDetail| detail.agent.drain.expect("it is drained").deadline;
    let first = told("node-1/drain", json!({ "within_secs": 600 })).await;
    assert!(deadline(&first).is_some());
    assert_eq!(first.agent.state, "drained", "nothing was on it");
    assert_eq!(deadline(&told("a1/drain", json!({})).await), deadline(&first));
    assert!(deadline(&told("a1/drain", json!({ "within_secs": 6000 })).await) > deadline(&first));
    let again = told("a1/undrain", json!({})).await;
    assert_eq!((again.agent.drain, again.agent.state.as_str()), (None, "up"));
    assert_eq!(told("a1/undrain", json!({})).await, again, "once more changes nothing");
    assert_eq!(refusal(server.post("/v1/agents/none/drain", json!({})).await).await.0, 404);
    assert_eq!(refusal(server.post("/v1/agents/a1/drain", json!({ "within_secs": -1 })).await).await.0, 422);
}

#[tokio::test]
async fn what_is_supposed_changes_nothing() {
    let server = server().await;
    server.joined("a1", "node-1").await;
    server.joined("a2", "node-2").await;
    server.wanting("c1", 2).await;
    let before: Value = server.get("/v1/status").await.json().await.unwrap();
    let suppose = async |one: Value| server.post("/v1/whatif", json!({ "suppositions": [one] })).await;
    let told: WhatIf = suppose(json!({ "suppose": "lose", "agents": ["node-1", "a2"] })).await.json().await.unwrap();
    assert_eq!((told.waits[0].tasks, told.capacity.after.agents), (2, 0));
    let told: WhatIf =
        suppose(json!({ "suppose": "scale", "app": "/web", "instances": 3 })).await.json().await.unwrap();
    assert_eq!((told.moves[0].from.as_deref(), told.moves[0].tasks), (None, 1));
    assert_eq!(server.get("/v1/status").await.json::<Value>().await.unwrap(), before);

    let refused = async |one: Value| refusal(suppose(one).await).await.0;
    assert_eq!(refused(json!({ "suppose": "lose", "agents": ["node-9"] })).await, 404);
    assert_eq!(refused(json!({ "suppose": "lose", "agents": [] })).await, 422);
    assert_eq!(refused(json!({ "suppose": "scale", "app": "/none", "instances": 3 })).await, 404);
    assert_eq!(refused(json!({ "suppose": "rain" })).await, 422);
    let amounts = json!({ "cpus": 1, "mem": 1, "disk": 0, "gpus": 0 });
    assert_eq!(refused(json!({ "suppose": "add-agent", "hostname": "node-1", "resources": amounts })).await, 409);
    assert_eq!(refused(json!({ "suppose": "add-agent", "count": 0, "resources": amounts })).await, 422);
}

#[tokio::test]
async fn a_rebalancing_is_only_shown() {
    let server = server().await;
    let told: Rebalance = server.get("/v1/rebalance").await.json().await.unwrap();
    assert_eq!((told.tasks, told.before), (0, None));
    server.joined("a1", "node-1").await;
    server.wanting("c1", 2).await;
    let told: Rebalance = server.get("/v1/rebalance").await.json().await.unwrap();
    assert_eq!((told.moves, told.tasks, told.fixed), (Vec::new(), 0, 2), "they wait for their agent");
    assert_eq!(refusal(server.post("/v1/rebalance", json!({})).await).await.0, 405);
}

#[tokio::test]
async fn several_agents_are_emptied_at_once() {
    let server = server().await;
    server.joined("a1", "node-1").await;
    server.joined("a2", "node-2").await;
    let drained: Vec<AgentDetail> =
        server.post("/v1/drain", json!({ "agents": ["node-1", "a2"], "within_secs": 60 })).await.json().await.unwrap();
    assert_eq!(drained.iter().map(|detail| detail.agent.state.as_str()).collect::<Vec<_>>(), ["drained", "drained"]);
    let (status, _) = refusal(server.post("/v1/drain", json!({ "agents": ["node-1", "node-9"] })).await).await;
    assert_eq!(status, 404);
    assert_eq!(refusal(server.post("/v1/drain", json!({ "agents": [] })).await).await.0, 422);
}
