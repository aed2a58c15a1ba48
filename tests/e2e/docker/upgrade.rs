//! Promises kept while versions are exchanged, as the engine and the tasks themselves show it.

use super::apps::{App, greeter, idler};
use crate::support::{Cluster, Curve};
use serde_json::json;
use std::process::Command;

const FILE: &str = "apps/hello.json";

#[test]
fn ten_instances_are_exchanged_under_requests_within_the_promise() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &bounded("one").text()).commit("Add hello");
    checkout.push().ok();

    checkout.write(FILE, &bounded("two").text()).commit("Say two");
    let curve = Curve::during(&cluster, "/hello", || {
        checkout.push().ok().says(&["success: "]);
    });
    note(&format!("upgrade of 10, promised 8 to 13: {curve}"));
    assert!(*curve.range().start() >= 8, "below minimumHealthCapacity: {curve}");
    assert!(curve.most <= 13, "above maximumOverCapacity: {curve}");
    let after = cluster.await_running("/hello", 10);
    assert!(after.iter().all(|container| container.env["GREETING"] == "two"));
}

#[test]
fn a_chain_starts_in_order_and_stops_the_other_way_round() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let needs = |app: App, on: &str| app.with("dependencies", json!([on]));
    checkout
        .write("apps/db.json", &greeter("db", 1, "db").text())
        .write("apps/api.json", &needs(greeter("api", 1, "api"), "/db").text())
        .write("apps/web.json", &needs(idler("web", 1), "/api").text());
    checkout.commit("Add a chain");
    let pushed = checkout.push().ok().says(&["waits for /db", "waits for /api", "success: 3 apps done"]);
    let order = |word: &str| pushed.stderr.find(word).unwrap_or_else(|| panic!("no `{word}` in\n{}", pushed.stderr));
    assert!(order("/db 1/1 ready") < order("/api 1/1 ready") && order("/api 1/1 ready") < order("/web 1/1 ready"));
    let started = |app: &str| cluster.running(app).remove(0).started;
    assert!(started("/db") < started("/api") && started("/api") < started("/web"));

    for file in ["apps/db.json", "apps/api.json", "apps/web.json"] {
        checkout.remove(file);
    }
    checkout.commit("Remove the chain");
    let pushed = checkout.push_with(&["ship.prune=yes"]).ok().says(&["success: "]);
    note(&pushed.stderr);
    let order = |word: &str| pushed.stderr.find(word).unwrap_or_else(|| panic!("no `{word}` in\n{}", pushed.stderr));
    assert!(order("/web done") < order("/api done") && order("/api done") < order("/db done"));
}

#[test]
fn a_container_that_is_killed_is_replaced_and_the_others_go_on() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &idler("hello", 3).text()).commit("Add hello");
    checkout.push().ok();
    let before = cluster.await_running("/hello", 3);

    let killed = Command::new("docker").args(["kill", "-s", "KILL", &before[1].id]).output().expect("docker runs");
    assert!(killed.status.success());
    let after = cluster
        .await_containers("/hello", |all| all.iter().filter(|one| one.running && one.id != before[1].id).count() == 3);
    assert!(after.contains(&before[0]) && after.contains(&before[2]));
}

/// Ten instances, eight of them ready at any moment, thirteen that run at most.
fn bounded(greeting: &str) -> App {
    greeter("hello", 10, greeting)
        .with("upgradeStrategy", json!({ "minimumHealthCapacity": 0.8, "maximumOverCapacity": 0.3 }))
}

#[expect(clippy::print_stderr, reason = "the figures are what the test is about; nextest shows them on request")]
fn note(text: &str) {
    eprintln!("{text}");
}
