//! Several agents, each a process of its own.

use super::apps::idler;
use crate::support::Cluster;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use tempfile::TempDir;

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

#[test]
fn an_agent_whose_settings_change_takes_what_waited_and_keeps_what_runs() {
    let folder = TempDir::with_prefix("ship-e2e-").expect("a temporary folder can be made");
    let config = folder.path().join("ship.toml");
    let stand_on = |rack: &str| {
        fs::write(&config, format!("[agent.attributes]\nrack = \"{rack}\"\n")).expect("settings can be written");
    };
    stand_on("north");
    let cluster = Cluster::start_with(&["--config", config.to_str().expect("the path is text")]);
    let checkout = cluster.checkout("dev");
    let on = |rack: &str| idler(rack, 1).with("constraints", json!([["rack", "IS", rack]])).text();
    checkout.write("apps/north.json", &on("north")).commit("Add north");
    checkout.push().ok().says(&["success: "]);
    let before = cluster.running("/north");

    let commit = checkout.write("apps/south.json", &on("south")).commit("Add south");
    checkout.push_with(&["ship.wait=none"]).ok().says(&["excluded by [rack IS south], it has `north`"]);
    stand_on("south");
    cluster.master.reload();
    assert!(cluster.follow(&commit).contains("succeeded"));
    assert_eq!(cluster.running("/north"), before, "what runs is left alone");
}
