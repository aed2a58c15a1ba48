//! Rollouts that fail: held, reverted, cancelled, and overtaken by their fix.

use super::apps::{App, greeter};
use crate::support::Cluster;
use serde_json::{Value, json};
use std::time::Instant;

const FILE: &str = "apps/hello.json";

#[test]
fn a_version_that_fails_its_health_check_is_held_and_the_old_one_serves_on() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &impatient("one").text()).commit("Add hello");
    checkout.push().ok();
    let before = cluster.await_running("/hello", 4);

    let commit = checkout.write(FILE, &sick(impatient("two")).text()).commit("Say two, to nobody");
    let pushed = checkout.push().ok();
    let last = pushed.stderr.lines().rfind(|line| line.starts_with("remote: ")).unwrap_or_default();
    assert!(last.contains("error: deployment failed: /hello: no progress for 5 s"), "{}", pushed.stderr);

    cluster.shipctl(&["attach", &commit]).code(4);
    let status = cluster.shipctl(&["status", "hello"]).code(4);
    assert!(status.stdout.contains("held"), "{}", status.stdout);
    let kept = cluster.await_running("/hello", 4);
    assert!(kept.iter().all(|container| container.env["GREETING"] == "one"), "all four serve the old version");
    assert!(kept.iter().filter(|container| before.contains(container)).count() >= 2, "two were never touched");

    cluster.master.kill();
    cluster.master.restart();
    cluster.shipctl(&["status", "hello"]).code(4);
    assert_eq!(cluster.await_running("/hello", 4), kept, "a hold survives the daemon");

    let checkout = cluster.checkout("after");
    checkout.write(FILE, &impatient("three").text()).commit("Say three");
    checkout.push().ok().says(&["success: "]);
    cluster.shipctl(&["status", "hello"]).ok();
}

#[test]
fn a_version_that_fails_is_taken_back_by_a_commit_if_the_app_asks_for_it() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let reverting = |greeting: &str| impatient(greeting).with("labels", labels("revert"));
    checkout.write(FILE, &reverting("one").text()).commit("Add hello");
    checkout.push().ok();

    checkout.write(FILE, &sick(reverting("two")).text()).commit("Say two, to nobody");
    let pushed = checkout.push().ok().says(&["error: ", "no progress for 5 s"]);
    let last = pushed.stderr.lines().rfind(|line| line.starts_with("remote: ")).unwrap_or_default();
    assert!(last.contains("error: ") && last.contains("reverted"), "{}", pushed.stderr);

    checkout.git(&["pull", "--quiet", "--ff-only", "origin", "main"]).ok();
    assert_eq!(checkout.read(FILE), reverting("one").text(), "the file is what it was");
    let message = checkout.git(&["log", "-1", "--format=%B"]).ok().stdout;
    assert!(message.contains("no progress for 5 s"), "the message says why:\n{message}");
    let serving = cluster.await_running("/hello", 4);
    assert!(serving.iter().all(|container| container.env["GREETING"] == "one"));
    cluster.shipctl(&["status", "hello"]).ok();
    let deployments = cluster.shipctl(&["deployments", "--format", "json"]).ok().stdout;
    let deployments: Value = serde_json::from_str(&deployments).expect("JSON");
    let outcomes: Vec<&str> = deployments["deployments"]
        .as_array()
        .or(deployments.as_array())
        .into_iter()
        .flatten()
        .filter_map(|deployment| deployment["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["succeeded", "reverted", "succeeded"]);
}

#[test]
fn a_fix_takes_over_in_the_middle_of_a_failing_rollout() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 4, "one").text()).commit("Add hello");
    checkout.push().ok();

    let broken = sick(greeter("hello", 4, "two"));
    checkout.write(FILE, &broken.text()).commit("Say two, to nobody");
    let mut failing = checkout.start_push();
    failing.line(&["/hello", "old"]);
    cluster.await_containers("/hello", |all| all.iter().any(|one| one.running && one.env["GREETING"] == "two"));

    checkout.write(FILE, &greeter("hello", 4, "three").text()).commit("Say three");
    let begun = Instant::now();
    let mut fix = checkout.start_push();
    cluster.await_containers("/hello", |all| all.iter().any(|one| one.running && one.env["GREETING"] == "three"));
    note(&format!("push of the fix to its first running container: {:.2} s", begun.elapsed().as_secs_f64()));
    fix.line(&["success: "]);
    failing.line(&["superseded"]);
    let serving = cluster.await_running("/hello", 4);
    assert!(serving.iter().all(|container| container.env["GREETING"] == "three"));
}

#[test]
fn a_cancelled_rollout_stays_cancelled_until_it_is_resumed() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &greeter("hello", 4, "one").text()).commit("Add hello");
    checkout.push().ok();

    let commit = checkout.write(FILE, &sick(greeter("hello", 4, "two")).text()).commit("Say two, to nobody");
    let mut push = checkout.start_push();
    push.line(&["/hello", "old"]);
    cluster.shipctl(&["cancel", &commit]).ok();
    push.line(&["cancelled"]);
    let kept = cluster.await_containers("/hello", |all| {
        all.len() == 4 && all.iter().all(|one| one.running && one.env["GREETING"] == "one")
    });
    cluster.master.kill();
    cluster.master.restart();
    cluster.shipctl(&["status", "hello"]).code(4);
    assert_eq!(cluster.await_running("/hello", 4), kept);
    cluster.shipctl(&["cancel", &commit]).ok();

    cluster.shipctl(&["rollback", "/hello", "--yes"]).ok();
    cluster.shipctl(&["status", "hello"]).ok();
    assert_eq!(cluster.await_running("/hello", 4), kept, "what ran already is what was wanted");
}

/// Four instances, two of them at any moment, and five seconds to get on.
fn impatient(greeting: &str) -> App {
    let checks = json!([{
        "protocol": "HTTP", "path": "/", "portIndex": 0, "gracePeriodSeconds": 2, "intervalSeconds": 1,
        "timeoutSeconds": 1, "delaySeconds": 0, "maxConsecutiveFailures": 1
    }]);
    greeter("hello", 4, greeting)
        .with("healthChecks", checks)
        .with("labels", labels("hold"))
        .with("upgradeStrategy", json!({ "minimumHealthCapacity": 0.5, "maximumOverCapacity": 0.0 }))
}

fn labels(on_failure: &str) -> Value {
    json!({ "ship.progressDeadlineSeconds": "5", "ship.onFailure": on_failure })
}

/// It runs, and serves what its health check does not ask for.
fn sick(app: App) -> App {
    app.with("cmd", "trap exit TERM; sleep 3600 & wait".into())
}

#[expect(clippy::print_stderr, reason = "the figures are what the test is about; nextest shows them on request")]
fn note(text: &str) {
    eprintln!("{text}");
}
