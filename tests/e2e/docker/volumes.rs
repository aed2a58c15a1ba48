//! Data that outlives its tasks, on the real engine.

use super::apps::{App, idler};
use crate::support::{Cluster, Container};
use serde_json::{Value, json};

const FILE: &str = "apps/keeper.json";

/// Notes each start beside its data, and says how many there were.
fn keeper() -> App {
    let note = "echo started >> /data/starts; wc -l < /data/starts; trap exit TERM; sleep 3600 & wait";
    let volume = json!({ "containerPath": "/data", "mode": "RW", "persistent": { "size": 10 } });
    let container = json!({ "type": "DOCKER", "docker": { "image": "busybox" }, "volumes": [volume] });
    idler("keeper", 1).with("cmd", note.into()).with("container", container)
}

fn volumes(cluster: &Cluster) -> Vec<String> {
    let told = cluster.shipctl(&["volumes", "--format", "json"]).ok();
    let told: Value = serde_json::from_str(&told.stdout).expect("volumes are JSON");
    let volumes = told["volumes"].as_array().expect("a list").iter();
    volumes.map(|volume| volume["id"].as_str().expect("a text").to_owned()).collect()
}

/// How many tasks have begun beside the data, as the last one said.
fn starts(cluster: &Cluster) -> String {
    let told = cluster.shipctl(&["logs", "--tail", "1", "keeper"]).ok().stdout;
    told.split_whitespace().next_back().unwrap_or_default().to_owned()
}

#[test]
fn data_stays_over_tasks_and_goes_when_it_is_wiped() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &keeper().text()).commit("Add keeper");
    checkout.push().ok();
    let first = cluster.running("/keeper").remove(0);
    checkout.write(FILE, &keeper().with("env", json!({ "ROUND": "two" })).text()).commit("Another round");
    checkout.push().ok();
    let second = cluster.running("/keeper").remove(0);
    assert_ne!(first.id, second.id);
    assert_eq!(starts(&cluster), "2");

    let volume = volumes(&cluster).remove(0);
    cluster.shipctl(&["wipe", &volume]).code(7).says(&["there is nobody to ask"]);
    cluster.shipctl(&["wipe", &volume, "--yes"]).ok();
    let anew = |all: &[Container]| all.iter().any(|one| one.running && one.id != second.id);
    cluster.await_containers("/keeper", |all| anew(all) && starts(&cluster) == "1");
    assert!(volumes(&cluster).iter().any(|other| *other != volume), "its instance has new space");
}
