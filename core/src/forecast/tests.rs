//! What a forecast tells of a cluster that already has a history.

use super::forecast;
use crate::cluster::{Cluster, Effect, Input, TaskReport};
use crate::fixture::{AppBuilder, agent, app, commit, wanted};
use crate::model::{EngineState, TaskStatus, Timestamp};
use std::time::Duration;

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
fn what_falls_short_is_counted_though_older_tasks_run_in_its_place() {
    let now = Timestamp(1_000_000);
    let cluster = running(now, [app("/web").instances(3).cpus(1.0)]);
    let pending = |target: AppBuilder| forecast(&cluster, &wanted([target]), now).shortages[0].tasks;
    assert_eq!(pending(app("/web").instances(6).cpus(1.0)), 2);
    assert_eq!(pending(app("/web").instances(3).cpus(8.0)), 3);
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

/// A cluster with one agent that runs these apps, unchecked ones ready.
fn running(now: Timestamp, apps: impl IntoIterator<Item = AppBuilder>) -> Cluster {
    let mut cluster = Cluster::new(1);
    cluster.handle(now, Input::AgentJoined { info: agent("one"), tasks: Vec::new() });
    for effect in cluster.handle(now, Input::Desired { commit: commit("c1"), wanted: wanted(apps) }) {
        if let Effect::Launch { agent, task } = effect {
            let report = TaskReport { task: task.id, status: TaskStatus::Running { address: None } };
            cluster.handle(now, Input::TaskUpdate { agent, report });
        }
    }
    cluster
}

#[test]
fn a_readiness_check_is_taken_to_say_yes() {
    let now = Timestamp(1_000_000);
    let cluster = running(now, [app("/web").readiness()]);
    let told = forecast(&cluster, &wanted([app("/web").image("image:2").readiness()]), now);
    assert_eq!(told.shortages, []);
    assert_eq!((told.bounds[0].ready_min, told.bounds[0].ready_end), (0, 1));
}

#[test]
fn an_engine_that_is_down_stops_nothing() {
    let now = Timestamp(1_000_000);
    let mut cluster = running(now, [app("/web")]);
    let mut info = agent("one");
    info.engine = EngineState::Down { reason: "no answer".into() };
    cluster.handle(now, Input::AgentChanged { info });
    let told = forecast(&cluster, &wanted([]), now);
    let reasons: Vec<&str> = told.shortages.iter().map(|shortage| shortage.reason.as_str()).collect();
    assert_eq!(reasons, ["no word from one"]);
}

#[test]
fn what_an_earlier_change_still_starts_is_waited_for() {
    let now = Timestamp(1_000_000);
    let mut cluster = running(now, [app("/base"), app("/top").needs("/base")]);
    cluster.handle(now + Duration::from_secs(5), Input::Tick);
    let base = || app("/base").image("image:2");
    cluster.handle(now, Input::Desired { commit: commit("c2"), wanted: wanted([base(), app("/top").needs("/base")]) });
    let told = forecast(&cluster, &wanted([base(), app("/top").needs("/base").image("image:2")]), now);
    assert_eq!(told.shortages, []);
    assert_eq!(told.bounds.iter().map(|bounds| bounds.app.as_str()).collect::<Vec<_>>(), ["/top"]);
}
