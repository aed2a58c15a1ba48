//! The way of one app: pushed, reached, scaled, changed, relabelled, removed.

use super::apps::greeter;
use crate::support::{Cluster, Container, fetch};
use serde_json::json;

const FILE: &str = "apps/hello.json";

#[test]
fn a_push_deploys_and_shows_the_plan_and_the_rollout() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 2, "good morning").text()).commit("Add hello");

    let pushed = checkout.push().ok().says(&["/hello", "2/2 ready", "success: "]);
    let last = pushed.stderr.lines().rfind(|line| line.starts_with("remote: ")).unwrap_or_default();
    assert!(last.contains("success: "), "the last line of the daemon tells the outcome:\n{}", pushed.stderr);

    let containers = cluster.containers("/hello");
    assert_eq!(containers.len(), 2);
    for container in &containers {
        assert_eq!(fetch(container.ports[0]), "good morning\n");
    }
}

#[test]
fn scaling_is_a_commit_and_touches_no_running_task() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 1, "hi").text()).commit("Add hello");
    checkout.push().ok();
    let before = cluster.containers("/hello");

    cluster.shipctl(&["scale", "hello", "3"]).ok();
    let after = cluster.await_running("/hello", 3);
    assert_eq!(after[0], before[0], "the first task goes on");

    checkout.git(&["pull", "--quiet", "--ff-only", "origin", "main"]).ok();
    assert_eq!(checkout.read(FILE), greeter("hello", 3, "hi").text(), "only the number changed in the file");

    cluster.shipctl(&["scale", "hello", "0"]).ok();
    cluster.await_gone("/hello");
}

#[test]
fn a_change_that_tasks_notice_replaces_them_and_another_does_not() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 2, "one").text()).commit("Add hello");
    checkout.push().ok();
    let first = cluster.containers("/hello");

    checkout.write(FILE, &greeter("hello", 2, "two").text()).commit("Say two");
    checkout.push().ok().says(&["env", "success: "]);
    let second = cluster.await_running("/hello", 2);
    assert!(ids(&second).iter().all(|id| !ids(&first).contains(id)), "every task was replaced");
    assert_eq!(fetch(second[0].ports[0]), "two\n");

    let labelled = greeter("hello", 2, "two").with("labels", json!({ "team": "web" }));
    checkout.write(FILE, &labelled.text()).commit("Label hello");
    checkout.push().ok().says(&["labels", "success: "]);
    assert_eq!(cluster.containers("/hello"), second, "a label restarts nothing");
}

#[test]
fn a_removed_file_removes_the_app() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 2, "bye").text()).commit("Add hello");
    checkout.push().ok();

    checkout.remove(FILE).commit("Remove hello");
    checkout.push().ok().says(&["/hello", "success: "]);
    cluster.await_gone("/hello");
    assert_eq!(cluster.status()["apps"], json!([]));
}

#[test]
fn tasks_outlive_an_orderly_stop_of_the_daemon() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 2, "still here").text()).commit("Add hello");
    checkout.push().ok();
    let before = cluster.containers("/hello");

    cluster.master.stop();
    assert_eq!(cluster.containers("/hello"), before);
    cluster.master.restart();
    let again = cluster.checkout("again");
    again.write("README.md", "No app file.\n").commit("Tell nothing new");
    again.push().ok();
    assert_eq!(cluster.containers("/hello"), before);
}

fn ids(containers: &[Container]) -> Vec<&str> {
    containers.iter().map(|container| container.id.as_str()).collect()
}
