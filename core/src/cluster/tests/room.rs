//! Rollouts where room is scarce: constraints that fill every agent, tasks that grow, agents that are emptied.

use super::world::{World, secs};
use crate::cluster::{Input, Outcome};
use crate::fixture::{AppBuilder, app};
use crate::model::{AgentId, TaskStatus};

fn unique(min: f64, over: f64) -> AppBuilder {
    app("web").instances(3).constraint(&["hostname", "UNIQUE"]).upgrade(min, over)
}

fn hosts(world: &World) -> Vec<String> {
    let mut hosts: Vec<String> = world.view("web").tasks.into_iter().map(|task| task.host).collect();
    hosts.sort();
    hosts
}

#[test]
fn a_unique_app_that_fills_every_agent_rolls_by_stopping_first() {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([unique(0.6, 1.0)]);
    world.pass(secs(5));
    let deployment = world.push([unique(0.6, 1.0).image("image:2")]);
    let mut least = world.view("web").running;
    while world.step() {
        least = least.min(world.view("web").running);
        let mut standing: Vec<String> =
            world.view("web").tasks.into_iter().filter(|task| task.state != "killing").map(|task| task.host).collect();
        standing.sort();
        assert!(standing.windows(2).all(|pair| pair[0] != pair[1]), "unique throughout: {standing:?}");
    }
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
    assert_eq!((least, hosts(&world)), (2, vec!["a".into(), "b".into(), "c".into()]));
}

#[test]
fn a_unique_app_that_may_not_stop_first_says_so() {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([unique(1.0, 1.0)]);
    world.pass(secs(5));
    let deployment = world.push([unique(1.0, 1.0).image("image:2")]);
    world.pass(secs(5));
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.contains("minimumHealthCapacity lets none stop first"), "{reason}");
    world.pass(secs(300));
    assert_eq!(world.outcome(&deployment), Outcome::Failed);
    assert_eq!(world.view("web").running, 3);
}

#[test]
fn the_minimum_is_not_blamed_where_stopping_would_not_help() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2).cpus(1.0)]);
    world.pass(secs(5));
    world.push([app("web").instances(2).cpus(64.0)]);
    world.pass(secs(5));
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.starts_with("2 tasks fit nowhere: "), "{reason}");
}

#[test]
fn nothing_old_makes_room_for_what_fits_nowhere() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(4).upgrade(0.0, 0.0)]);
    world.pass(secs(5));
    let before = world.tasks("web");
    world.push([app("web").instances(4).upgrade(0.0, 0.0).cpus(8.0)]);
    world.pass(secs(60));
    assert_eq!(world.tasks("web"), before);
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.starts_with("4 old tasks stay, nothing could replace them: a: short of "), "{reason}");
}

#[test]
fn only_so_many_old_tasks_go_as_new_ones_fit() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(4).upgrade(0.0, 0.0)]);
    world.pass(secs(5));
    world.push([app("web").instances(4).upgrade(0.0, 0.0).cpus(1.5)]);
    world.pass(secs(60));
    assert_eq!((world.view("web").running, world.view("web").old), (4, 2), "two of 1.5 CPUs beside two old ones");
}

#[test]
fn one_instance_without_over_capacity_is_stopped_first() {
    let mut world = World::new(&["a"]);
    let single = || app("web").host_port(31000).upgrade(0.0, 0.0);
    world.push([single()]);
    world.pass(secs(5));
    let deployment = world.push([single().image("image:2")]);
    world.pass(secs(5));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}

#[test]
fn a_scale_during_an_upgrade_keeps_what_is_new() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(4)]);
    world.pass(secs(5));
    world.push([app("web").instances(4).image("image:2").checked()]);
    world.deliver();
    let new = world.view("web").tasks.into_iter().find(|task| task.current).expect("one is started").id;
    world.report(&new, TaskStatus::Health { healthy: true, cause: None });
    world.push([app("web").instances(2).image("image:2").checked()]);
    world.pass(secs(5));
    assert!(world.tasks("web").contains(&new));
    assert!(world.view("web").running >= 2);
}

#[test]
fn a_drained_agent_is_emptied_within_the_promise() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(4).upgrade(1.0, 0.25)]);
    world.pass(secs(5));
    world.feed(Input::Drain { agents: vec![AgentId::new("a")], deadline: None });
    let agents = ["a", "b"].map(AgentId::new);
    while agents.iter().any(|agent| world.deliver_one(agent)) {
        assert!(world.view("web").running >= 4);
    }
    world.pass(secs(5));
    assert!(hosts(&world).iter().all(|host| host == "b"));
    world.feed(Input::Undrain { agent: AgentId::new("a") });
    world.push([app("web").instances(6).upgrade(1.0, 0.25)]);
    world.pass(secs(5));
    assert_eq!(hosts(&world).iter().filter(|host| *host == "a").count(), 2);
}

#[test]
fn a_drain_survives_a_crash_and_a_rejoin() {
    let mut world = World::new(&["a", "b"]);
    world.feed(Input::Drain { agents: vec![AgentId::new("a")], deadline: None });
    world.crash();
    world.join("a");
    world.join("b");
    world.push([app("web").instances(3)]);
    world.pass(secs(5));
    assert!(hosts(&world).iter().all(|host| host == "b"));
}

#[test]
fn a_task_counts_once_its_readiness_check_said_yes() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(5));
    let deployment = world.push([app("web").instances(2).image("image:2").readiness()]);
    world.pass(secs(60));
    assert_eq!((world.view("web").old, world.outcome(&deployment)), (2, Outcome::Running));
    for task in world.view("web").tasks.into_iter().filter(|task| task.current) {
        world.report(&task.id, TaskStatus::Ready);
    }
    world.pass(secs(5));
    assert_eq!((world.view("web").old, world.outcome(&deployment)), (0, Outcome::Succeeded));
}

#[test]
fn what_lacks_room_still_notices_that_its_dependency_is_up() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(3).cpus(1.9)]);
    world.pass(secs(5));
    let web = app("web").instances(2).cpus(0.5).upgrade(0.0, 0.0).needs("/base");
    let deployment = world.push([app("base"), web]);
    assert_eq!(world.view("web").reason.as_deref(), Some("waits for /base"));
    world.pass(secs(10));
    assert_eq!(world.outcome(&deployment), Outcome::Succeeded);
}

#[test]
fn what_waits_for_its_dependency_still_notices_that_there_is_room() {
    let mut world = World::new(&["a"]);
    world.push([app("web").instances(3).cpus(1.9)]);
    world.pass(secs(5));
    world.push([app("base").cpus(64.0), app("web").instances(3).cpus(1.8).needs("/base")]);
    world.join("b");
    world.pass(secs(5));
    assert_eq!((world.view("web").reason.as_deref(), world.view("web").running), (Some("waits for /base"), 3));
}
