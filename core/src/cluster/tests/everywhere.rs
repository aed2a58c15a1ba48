//! Apps with one instance on every agent that matches.

use super::world::{World, secs};
use crate::cluster::Input;
use crate::fixture::{AppBuilder, agent, app};
use crate::model::{AgentId, Attribute};
use crate::plan::plan;

fn logger() -> AppBuilder {
    app("logger").everywhere()
}

/// The hosts of its tasks, and the number of instances.
fn hosts(world: &World) -> (Vec<String>, u32) {
    let view = world.view("logger");
    let mut hosts: Vec<String> = view.tasks.iter().map(|task| task.host.clone()).collect();
    hosts.sort();
    (hosts, view.instances)
}

fn on(hosts: &[&str]) -> (Vec<String>, u32) {
    (hosts.iter().map(|host| (*host).to_owned()).collect(), u32::try_from(hosts.len()).expect("a few"))
}

#[test]
fn it_follows_agents_that_come_and_go() {
    let mut world = World::new(&["a", "b"]);
    world.push([logger()]);
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["a", "b"]));
    world.join("c");
    world.pass(secs(60));
    assert_eq!((hosts(&world), world.view("logger").state.as_str()), (on(&["a", "b", "c"]), "running"));
    world.cut("b");
    world.pass(secs(60));
    assert_eq!(world.view("logger").instances, 2);
    assert_eq!(world.view("logger").state, "running");
    world.join("b");
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["a", "b", "c"]));
}

#[test]
fn an_agent_that_is_emptied_is_left_and_taken_again() {
    let mut world = World::new(&["a", "b"]);
    world.push([logger()]);
    world.pass(secs(60));
    world.feed(Input::Drain { agents: vec![AgentId::new("a")], deadline: None });
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["b"]));
    world.feed(Input::Undrain { agent: AgentId::new("a") });
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["a", "b"]));
}

#[test]
fn only_agents_that_match_have_one_and_attributes_may_change() {
    let mut world = World::new(&["a", "b"]);
    let with = |name: &str, disk: &str| {
        let mut info = agent(name);
        info.attributes.insert("disk".into(), Attribute::Text(disk.into()));
        Input::AgentChanged { info }
    };
    world.feed(with("a", "ssd"));
    world.push([logger().constraint(&["disk", "IS", "ssd"])]);
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["a"]));
    world.feed(with("b", "ssd"));
    world.feed(with("a", "tape"));
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&["b"]));
}

#[test]
fn an_upgrade_replaces_each_in_its_place() {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([logger()]);
    world.pass(secs(60));
    world.push([logger().image("image:2")]);
    world.pass(secs(60));
    assert_eq!((hosts(&world), world.view("logger").state.as_str()), (on(&["a", "b", "c"]), "running"));
    assert_eq!(world.view("logger").old, 0);
}

#[test]
fn on_a_single_agent_too() {
    let mut world = World::new(&["a"]);
    world.push([logger()]);
    world.pass(secs(60));
    world.push([logger().image("image:2")]);
    world.pass(secs(60));
    assert_eq!((world.view("logger").old, world.view("logger").state.as_str()), (0, "running"));
}

#[test]
fn without_instances_it_stays_without() {
    let mut world = World::new(&["a"]);
    world.push([logger().instances(0)]);
    world.join("b");
    world.pass(secs(60));
    assert_eq!(hosts(&world), on(&[]));
}

#[test]
fn the_count_is_no_change_of_the_file() {
    let mut world = World::new(&["a", "b"]);
    world.push([logger()]);
    world.pass(secs(60));
    assert!(plan(&world.cluster, &world.cluster.wanted(), world.now).is_empty());
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(60));
    let mut wanted = world.cluster.wanted();
    let written = logger().0;
    wanted.apps.insert(written.id.clone(), std::sync::Arc::new(written));
    assert!(plan(&world.cluster, &wanted, world.now).is_empty(), "after a restart, too");
    assert_eq!(hosts(&world), on(&["a", "b"]));
}
