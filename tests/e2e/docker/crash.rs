//! The daemon dies at the worst moment: in the middle of a rollout.

use super::apps::{App, idler};
use crate::support::Cluster;
use serde_json::json;

const FILE: &str = "apps/many.json";

#[test]
fn a_killed_daemon_restarts_nothing_and_finishes_its_rollout() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let commit = checkout.write(FILE, &idler("many", 20).text()).commit("Add many");

    let _push = checkout.start_push();
    cluster.await_containers("/many", |all| all.iter().filter(|one| one.running).count() >= 3);
    cluster.master.kill();
    let caught = cluster.running("/many");
    assert!((3..20).contains(&caught.len()), "not in the middle of the rollout: {} run", caught.len());

    cluster.master.restart();
    let end = cluster.follow(&commit);
    assert!(end.contains("succeeded"), "the rollout ended otherwise: {end}");

    let after = cluster.running("/many");
    assert_eq!(after.len(), 20);
    assert_eq!(cluster.containers("/many").len(), 20, "no task was started twice");
    for container in &caught {
        assert!(after.contains(container), "a task that ran keeps its container and start time: {container:?}");
    }
}

#[test]
fn a_killed_daemon_finishes_a_replacement_within_its_bounds() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &replaced("one").text()).commit("Add many");
    checkout.push().ok();
    let old = cluster.running("/many");

    let commit = checkout.write(FILE, &replaced("two").text()).commit("Replace many");
    let _push = checkout.start_push();
    cluster.await_containers("/many", |all| {
        all.iter().filter(|one| one.running && one.env["ROUND"] == "two").count() >= 2
    });
    cluster.master.kill();
    let caught = cluster.running("/many");
    assert!((6..=10).contains(&caught.len()), "between 75 % and 125 % run: {}", caught.len());

    cluster.master.restart();
    let end = cluster.follow(&commit);
    assert!(end.contains("succeeded"), "the rollout ended otherwise: {end}");
    let after = cluster.await_running("/many", 8);
    assert!(after.iter().all(|container| container.env["ROUND"] == "two"), "every task is a new one");
    for container in caught.iter().filter(|container| !old.contains(container)) {
        assert!(after.contains(container), "a new task that ran keeps its container: {container:?}");
    }
}

/// Eight tasks, replaced at most two at a time.
fn replaced(round: &str) -> App {
    idler("many", 8)
        .with("env", json!({ "ROUND": round }))
        .with("upgradeStrategy", json!({ "minimumHealthCapacity": 0.75, "maximumOverCapacity": 0.25 }))
}
