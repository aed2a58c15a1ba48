//! What a forecast tells of a cluster that already has a history.

use super::forecast;
use crate::cluster::{Cluster, Input};
use crate::fixture::{agent, app, commit, wanted};
use crate::model::Timestamp;

/// A cluster with one agent and, in its past, a deployment whose timers are still set.
fn cluster_with_a_past(now: Timestamp) -> Cluster {
    let mut cluster = Cluster::new(1);
    cluster.handle(now, Input::AgentJoined { info: agent("one"), tasks: Vec::new() });
    cluster.handle(now, Input::Desired { commit: commit("c1"), wanted: wanted([app("/web")]) });
    cluster
}

#[test]
fn what_finds_no_room_is_told_however_busy_the_cluster_was() {
    let now = Timestamp(1_000_000);
    let cluster = cluster_with_a_past(now);
    let told = forecast(&cluster, &wanted([app("/web"), app("/big").cpus(64.0)]), now);
    let shortages: Vec<String> =
        told.shortages.iter().map(|shortage| format!("{}: {}", shortage.app, shortage.reason)).collect();
    assert_eq!(shortages, ["/big: 1 task fits nowhere: one: short of 60.1 cpus (64 wanted, 3.9 free)"]);
}

#[test]
fn what_waits_for_another_app_is_placed_too() {
    let now = Timestamp(1_000_000);
    let cluster = cluster_with_a_past(now);
    let told = forecast(&cluster, &wanted([app("/web"), app("/base"), app("/top").needs("/base")]), now);
    let apps: Vec<&str> = told.placements.iter().map(|placement| placement.app.as_str()).collect();
    assert_eq!(apps, ["/base", "/top"]);
}

#[test]
fn a_rollout_under_way_is_taken_to_go_well() {
    let now = Timestamp(1_000_000);
    let cluster = cluster_with_a_past(now);
    let told = forecast(&cluster, &wanted([app("/web").image("image:2")]), now);
    assert_eq!(told.shortages, []);
    assert_eq!(told.placements.iter().map(|placement| placement.tasks).sum::<u32>(), 1);
}
