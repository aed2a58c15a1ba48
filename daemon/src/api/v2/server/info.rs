//! `/v2/info`: what clients look up before they begin. Fields that would say something of Mesos or ZooKeeper are left
//! out, but for the objects themselves: clients insist on those (marathon-v2, section 10.4).

use crate::api::Api;
use crate::api::v2::headers::host;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// The Marathon whose API this is: some clients compare it before they send what only newer ones know.
const MARATHON: &str = "1.11.0";
const HTTP_PORT: u16 = 80;

pub(super) async fn info(State(api): State<Api>, headers: HeaderMap) -> Json<Value> {
    let leader = host(&headers);
    let cluster = api.master.snapshot();
    let ports = cluster.service_port_range();
    let port = leader.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(HTTP_PORT);
    Json(json!({
        "name": "marathon",
        "version": MARATHON,
        "buildref": concat!("shipd ", env!("CARGO_PKG_VERSION")),
        "elected": true,
        "leader": leader,
        "frameworkId": cluster.name(),
        "marathon_config": {
            "checkpoint": true,
            "executor": "//cmd",
            "features": [],
            "framework_name": "marathon",
            "ha": false,
            "hostname": leader.rsplit_once(':').map_or(leader, |(name, _)| name),
            "local_port_max": ports.last,
            "local_port_min": ports.first,
            "master": leader,
            "mesos_role": "*",
        },
        "zookeeper_config": {},
        "http_config": { "http_port": port },
    }))
}
