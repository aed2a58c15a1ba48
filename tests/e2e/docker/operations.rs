//! What a what-if foretells and what then happens, on real containers: an agent is lost, an agent is emptied.

use super::apps::idler;
use crate::support::Cluster;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many tasks of `/many` stand where, by the agent's id.
type Places = BTreeMap<String, i64>;

/// Agents named so, and `/many` with five tasks on them.
fn cluster_of(hosts: &[&str]) -> Cluster {
    let cluster = Cluster::of_hosts(hosts);
    let checkout = cluster.checkout("dev");
    checkout.write("apps/many.json", &idler("many", 5).text()).commit("Add many");
    checkout.push().ok().says(&["5/5 ready", "success: "]);
    cluster
}

fn places(cluster: &Cluster) -> Places {
    let mut places = Places::new();
    for container in cluster.running("/many") {
        *places.entry(container.agent).or_default() += 1;
    }
    places
}

/// The ids of agents by their host names.
fn ids(cluster: &Cluster) -> BTreeMap<String, String> {
    let told = cluster.shipctl(&["agents", "--format", "json"]).ok();
    let told: Value = serde_json::from_str(&told.stdout).expect("agents are JSON");
    let text = |agent: &Value, field: &str| agent[field].as_str().expect("a text").to_owned();
    let agents = told["agents"].as_array().expect("a list");
    agents.iter().map(|agent| (text(agent, "hostname"), text(agent, "id"))).collect()
}

/// Where tasks would stand if that happened; the cluster waits for nothing.
fn foretold(cluster: &Cluster, what: &[&str]) -> Places {
    let told = cluster.shipctl(&[&["whatif", "--format", "json"], what].concat()).ok();
    let told: Value = serde_json::from_str(&told.stdout).expect("a what-if is JSON");
    assert_eq!(told["waits"], json!([]), "there is room for all");
    let ids = ids(cluster);
    let mut places = places(cluster);
    for one in told["moves"].as_array().expect("a list") {
        let tasks = one["tasks"].as_i64().expect("a number");
        for (host, change) in [(&one["from"], -tasks), (&one["to"], tasks)] {
            *places.entry(ids[host.as_str().expect("nothing waits")].clone()).or_default() += change;
        }
    }
    places.retain(|_, tasks| *tasks != 0);
    places
}

#[test]
fn a_lost_agents_tasks_go_where_it_was_foretold() {
    let mut cluster = cluster_of(&["north", "south", "west"]);
    let foretold = foretold(&cluster, &["lose", "north"]);
    let north = ids(&cluster)["north"].clone();
    cluster.agents.get_mut("north").expect("north is an agent").kill();
    // Without its agent nobody stops what runs there.
    cluster.await_containers("/many", |all| {
        all.iter().filter(|container| container.running && container.agent != north).count() == 5
    });
    let mut after = places(&cluster);
    after.remove(&north);
    assert_eq!(after, foretold);
}

#[test]
fn a_drain_moves_all_and_ends_when_the_agent_is_empty() {
    let cluster = cluster_of(&["north", "south"]);
    let foretold = foretold(&cluster, &["drain", "north"]);
    cluster.shipctl(&["drain", "north"]).code(7).says(&["there is nobody to ask"]);
    let drain = cluster.shipctl(&["drain", "north", "--yes"]).ok();
    assert!(drain.stdout.ends_with("north is drained\n"), "{}", drain.stdout);
    assert_eq!(places(&cluster), foretold);
    let north = ids(&cluster)["north"].clone();
    assert!(cluster.containers("/many").iter().all(|container| container.agent != north), "not even a stopped one");
    assert_eq!(cluster.shipctl(&["drain", "north"]).ok().stdout, "north is drained already: nothing to do\n");
    cluster.shipctl(&["undrain", "north"]).ok().says(&["nothing moves back by itself"]);
}
