//! `shipctl` in a checkout, and what a push may ask for with `-o`.

use super::apps::idler;
use crate::support::Cluster;

const FILE: &str = "apps/steady.json";

#[test]
fn a_plan_is_applied_as_shown_or_not_at_all() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &idler("steady", 1).text());
    checkout.shipctl(&["validate"]).ok();
    checkout.shipctl(&["plan", "--detailed-exitcode"]).code(2);
    checkout.commit("Add steady");
    checkout.shipctl(&["apply", "--yes"]).ok();
    assert_eq!(cluster.running("/steady").len(), 1);
    checkout.shipctl(&["plan", "--detailed-exitcode"]).ok();

    checkout.write(FILE, &idler("steady", 2).text()).commit("Scale steady");
    let plan = checkout.shipctl(&["plan", "--format", "json"]).ok().stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("a plan is JSON");
    let fingerprint = plan["fingerprint"].as_str().expect("a plan has a fingerprint").to_owned();

    cluster.shipctl(&["scale", "steady", "3"]).ok();
    checkout.git(&["pull", "--quiet", "--rebase", "--strategy-option=theirs", "origin", "main"]).ok();
    let stale = checkout.push_with(&[&format!("ship.plan={fingerprint}")]).code(1);
    stale.says(&["refused (stale): nothing was changed"]);
    assert_eq!(cluster.running("/steady").len(), 3);
    checkout.shipctl(&["apply", "--yes", "--plan", &fingerprint]).code(6);
    checkout.shipctl(&["apply", "--yes"]).ok();
    cluster.await_running("/steady", 2);
}

#[test]
fn deleting_most_apps_needs_a_word() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let files = ["apps/a.json", "apps/b.json", "apps/c.json"];
    for (file, id) in files.iter().zip(["a", "b", "c"]) {
        checkout.write(file, &idler(id, 1).text());
    }
    checkout.commit("Add three");
    checkout.push().ok();

    for file in files {
        checkout.remove(file);
    }
    checkout.commit("Remove all");
    checkout.push().code(1).says(&["/a", "ship.prune=yes", "refused (policy): nothing was changed"]);
    assert_eq!(cluster.running("/a").len(), 1);
    checkout.push_with(&["ship.prune=yes"]).ok().says(&["success: "]);
    cluster.await_gone("/a");
}

#[test]
fn a_push_that_does_not_wait_returns_before_the_rollout_ends() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let commit = checkout.write(FILE, &idler("steady", 8).text()).commit("Add steady");
    let pushed = checkout.push_with(&["ship.wait=none"]).ok();
    assert!(!pushed.stderr.contains("8/8 ready"), "it followed the rollout:\n{}", pushed.stderr);
    assert!(cluster.follow(&commit).contains("succeeded"));
    assert_eq!(cluster.running("/steady").len(), 8);
}
