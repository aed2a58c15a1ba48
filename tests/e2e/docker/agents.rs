//! Several agents, each a process of its own.

use super::apps::idler;
use crate::support::Cluster;
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn tasks_are_spread_by_constraint_and_outlive_their_agent() {
    let mut cluster = Cluster::of_hosts(&["north", "south"]);
    let checkout = cluster.checkout("dev");
    let spread = idler("spread", 2).with("constraints", json!([["hostname", "UNIQUE"]]));
    checkout.write("apps/spread.json", &spread.text()).commit("Add spread");
    checkout.push().ok().says(&["2/2 ready", "success: "]);

    let before = cluster.running("/spread");
    let agents: BTreeSet<&str> = before.iter().map(|container| container.agent.as_str()).collect();
    assert_eq!(agents.len(), 2, "one task for each host");

    let north = cluster.agents.get_mut("north").expect("north is an agent");
    north.kill();
    north.restart();
    checkout.write("apps/more.json", &idler("more", 4).text()).commit("Add more");
    checkout.push().ok().says(&["4/4 ready", "success: "]);
    assert_eq!(cluster.running("/spread"), before, "an agent that comes back knows its tasks");
}
