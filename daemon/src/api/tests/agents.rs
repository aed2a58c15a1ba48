//! Agents over HTTP: listed, found by id or host name.

use super::{Server, refusal, server};
use serde_json::Value;
use ship_core::cluster::Input;
use ship_core::model::{AgentId, AgentInfo};
use ship_core::protocol::{AgentDetail, AgentView};

/// Four CPUs and 1 GiB.
fn info(id: &str, host: &str) -> AgentInfo {
    serde_json::from_value(serde_json::json!({
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
