//! The daemon dies at the worst moment: in the middle of a rollout.

use super::apps::idler;
use crate::support::Cluster;

#[test]
fn a_killed_daemon_restarts_nothing_and_finishes_its_rollout() {
    let mut cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    let commit = checkout.write("apps/many.json", &idler("many", 20).text()).commit("Add many");

    let mut push = checkout.start_push();
    push.line(&["/many", "3/20 ready"]);
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
