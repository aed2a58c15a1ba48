//! Agents that are emptied: by a deadline, across restarts, and what is told of it.

use super::world::{World, secs};
use crate::cluster::{Happening, Input};
use crate::fixture::app;
use crate::model::{AgentId, TaskId, TaskSpec, TaskStatus, Timestamp};
use std::time::Duration;

/// `/web` has two tasks that nothing but `a` can take.
fn stuck_on_a() -> World {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2).upgrade(1.0, 0.0).constraint(&["hostname", "LIKE", "a"])]);
    world.pass(secs(5));
    world
}

fn drain(world: &mut World, within: Option<Duration>) {
    let deadline: Option<Timestamp> = within.map(|span| world.now + span);
    world.feed(Input::Drain { agents: vec![AgentId::new("a")], deadline });
}

fn left_on_a(world: &World) -> usize {
    world.agents[&AgentId::new("a")].containers.len()
}

fn state_of_a(world: &World) -> String {
    world.cluster.agent_views().into_iter().find(|agent| agent.hostname == "a").expect("a known agent").state
}

fn times_told(world: &World) -> usize {
    world.events.iter().filter(|event| matches!(event.what, Happening::AgentDrained { .. })).count()
}

#[test]
fn what_cannot_move_stays_without_a_deadline() {
    let mut world = stuck_on_a();
    drain(&mut world, None);
    world.pass(secs(7 * 24 * 3600));
    assert_eq!((left_on_a(&world), state_of_a(&world).as_str()), (2, "draining"));
}

#[test]
fn what_is_left_at_the_deadline_is_stopped() {
    let mut world = stuck_on_a();
    drain(&mut world, Some(secs(60)));
    world.pass(secs(59));
    assert_eq!(left_on_a(&world), 2);
    world.pass(secs(2));
    assert_eq!((left_on_a(&world), state_of_a(&world).as_str()), (0, "drained"));
    let reason = world.view("web").reason.expect("a reason");
    assert!(reason.starts_with("2 tasks fit nowhere: "), "{reason}");
}

#[test]
fn a_deadline_that_is_over_stops_at_once() {
    let mut world = stuck_on_a();
    drain(&mut world, Some(secs(0)));
    world.deliver();
    assert_eq!(left_on_a(&world), 0);
}

#[test]
fn a_deadline_can_be_put_off_and_taken_back() {
    let mut world = stuck_on_a();
    drain(&mut world, Some(secs(60)));
    drain(&mut world, Some(secs(600)));
    world.pass(secs(300));
    assert_eq!(left_on_a(&world), 2);
    drain(&mut world, None);
    world.pass(secs(3600));
    assert_eq!(left_on_a(&world), 2);
}

#[test]
fn a_deadline_survives_the_master() {
    let mut world = stuck_on_a();
    drain(&mut world, Some(secs(60)));
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(59));
    assert_eq!(left_on_a(&world), 2);
    world.pass(secs(2));
    assert_eq!(left_on_a(&world), 0);
}

#[test]
fn an_agent_that_was_away_at_the_deadline_is_emptied_when_it_is_back() {
    let mut world = stuck_on_a();
    drain(&mut world, Some(secs(60)));
    world.cut("a");
    world.crash();
    world.join("b");
    world.pass(secs(120));
    assert_eq!((left_on_a(&world), times_told(&world)), (2, 0), "nobody knows what it runs");
    world.join("a");
    world.pass(secs(5));
    assert_eq!((left_on_a(&world), state_of_a(&world).as_str()), (0, "drained"));
}

#[test]
fn it_is_drained_when_the_last_container_is_gone_and_told_once() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(5));
    drain(&mut world, None);
    while world.step() {
        assert_eq!(times_told(&world) > 0, left_on_a(&world) == 0, "not before, and not later");
    }
    drain(&mut world, Some(secs(60)));
    world.cut("a");
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(120));
    assert_eq!((times_told(&world), state_of_a(&world).as_str()), (1, "drained"));
    world.feed(Input::Undrain { agent: AgentId::new("a") });
    assert_eq!(state_of_a(&world), "up");
    drain(&mut world, None);
    assert_eq!(times_told(&world), 2, "it was asked for anew");
}

#[test]
fn a_container_that_nobody_knows_must_go_too() {
    let mut world = stuck_on_a();
    world.cut("a");
    let machine = world.agents.get_mut(&AgentId::new("a")).expect("known");
    let known: TaskSpec = machine.containers.values().next().expect("a task").clone();
    let stray = TaskSpec { id: TaskId::new("stray"), ..known };
    machine.containers.insert(stray.id.clone(), stray);
    drain(&mut world, Some(secs(0)));
    world.join("a");
    for task in world.tasks("web") {
        world.report(
            &task,
            TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None },
        );
    }
    assert_eq!(times_told(&world), 0, "the stray one is still there");
    world.deliver();
    assert_eq!((times_told(&world), left_on_a(&world)), (1, 0));
}

#[test]
fn a_held_app_comes_back_after_a_deadline() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("web").instances(2)]);
    world.pass(secs(5));
    world.bad_images.push("image:2".into());
    world.push([app("web").instances(2).image("image:2")]);
    world.pass(secs(3600));
    assert_eq!(world.view("web").state, "held");
    drain(&mut world, Some(secs(60)));
    world.pass(secs(90));
    assert_eq!((left_on_a(&world), world.view("web").running), (0, 2));
}

#[test]
fn groups_that_are_about_to_go_are_not_kept_even() {
    let mut world = World::new(&["a", "b", "c"]);
    world.push([app("web").instances(4).constraint(&["hostname", "GROUP_BY"])]);
    world.pass(secs(60));
    drain(&mut world, None);
    world.pass(secs(120));
    assert_eq!((left_on_a(&world), world.view("web").running), (0, 4));
}
