//! The engine goes away and comes back: tasks are unknown meanwhile, not lost.

use super::apps::idler;
use crate::support::{Cluster, Detour};

const FILE: &str = "apps/steady.json";

#[test]
fn tasks_outlive_the_loss_of_the_engine_and_the_rollout_goes_on_when_it_returns() {
    let mut detour = Detour::new();
    let cluster = Cluster::start_with(&["--docker", &detour.url()]);
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &idler("steady", 2).text()).commit("Add steady");
    checkout.push().ok();
    let before = cluster.running("/steady");

    detour.cut();
    checkout.write(FILE, &idler("steady", 3).text()).commit("Scale steady");
    let mut push = checkout.start_push();
    push.line(&["+", "s /steady 1 task fits nowhere", "Docker Engine"]);
    let status = cluster.shipctl(&["status"]).code(5);
    assert!(status.stdout.contains("Engine"), "status says what is wrong with the agent:\n{}", status.stdout);
    assert_eq!(cluster.running("/steady"), before);

    detour.mend();
    push.finish().ok().says(&["3/3 ready", "success: "]);
    let after = cluster.running("/steady");
    assert_eq!(after.len(), 3);
    assert_eq!(after[..2], before, "nothing was restarted");
}
