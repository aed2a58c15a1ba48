//! A rollout that cannot go on leaves alone what runs.

use super::apps::idler;
use crate::support::Cluster;

const FILE: &str = "apps/steady.json";

/// Nothing listens on port 1, so the engine's own words come at once, with or without a network.
const NO_SUCH_IMAGE: &str = "127.0.0.1:1/nobody/nothing:1";

#[test]
fn an_image_that_cannot_be_pulled_keeps_the_old_tasks() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &idler("steady", 2).text()).commit("Add steady");
    checkout.push().ok();
    let before = cluster.running("/steady");

    checkout.write(FILE, &idler("steady", 2).image(NO_SUCH_IMAGE).text()).commit("Break the image");
    let mut push = checkout.start_push();
    push.line(&["warning: ", "/steady", "127.0.0.1:1"]);
    drop(push); // closing the terminal ends the view, not the rollout
    assert_eq!(cluster.running("/steady"), before);

    checkout.write(FILE, &idler("steady", 2).text()).commit("Mend the image");
    checkout.push().ok().says(&["success: "]);
    assert_eq!(cluster.running("/steady"), before, "back to what runs: nothing is restarted");
}

#[test]
fn an_app_that_fits_nowhere_stays_pending_and_status_says_what_is_short() {
    let cluster = Cluster::start();
    let checkout = cluster.checkout("dev");
    checkout.write(FILE, &idler("steady", 1).with("mem", 1e9.into()).text()).commit("Ask for the moon");

    let mut push = checkout.start_push();
    push.line(&["+", "/steady", "fits nowhere", "short of", "mem"]);
    drop(push);
    let status = cluster.shipctl(&["status", "/steady"]).code(5);
    assert!(status.stdout.contains("MiB mem"), "status names the resource that is short:\n{}", status.stdout);
    assert_eq!(cluster.containers("/steady"), []);
}
