//! Room for important apps. Two agents of 4 cpus each.

use super::world::{World, secs};
use crate::cluster::{Happening, What};
use crate::fixture::{AppBuilder, app};
use crate::model::AppId;
use proptest::prelude::*;

fn batch() -> AppBuilder {
    app("batch").instances(8).cpus(1.0).priority(10).upgrade(0.5, 0.0)
}

fn urgent() -> AppBuilder {
    app("urgent").cpus(2.0).priority(90).preempts()
}

/// Both agents are full of `/batch`.
fn full(batch: AppBuilder) -> World {
    let mut world = World::new(&["a", "b"]);
    world.push([batch]);
    world.pass(secs(60));
    assert_eq!(world.view("batch").running, 8);
    world
}

fn preempted(world: &World) -> usize {
    world.events.iter().filter(|event| matches!(event.what, Happening::TaskPreempted { .. })).count()
}

fn running(world: &World) -> (u32, u32) {
    (world.view("batch").running, world.view("urgent").running)
}

fn id(name: &str) -> AppId {
    AppId::parse(name).expect("an id")
}

#[test]
fn the_least_that_is_needed_makes_room() {
    let mut world = full(batch());
    world.push([batch(), urgent()]);
    world.pass(secs(60));
    assert_eq!((running(&world), preempted(&world)), ((6, 1), 2));
    let reason = world.view("batch").reason.expect("a reason");
    assert!(reason.starts_with("2 tasks fit nowhere"), "{reason}");
}

#[test]
fn nobody_goes_below_what_was_promised_unless_it_says_so() {
    let mut world = full(batch());
    world.push([batch(), urgent().instances(4)]);
    world.pass(secs(120));
    assert_eq!(running(&world), (4, 2));
    world.push([batch().preemptible(), urgent().instances(4)]);
    world.pass(secs(120));
    assert_eq!(running(&world), (0, 4));
}

#[test]
fn without_asking_or_among_equals_nothing_moves() {
    for other in [app("urgent").cpus(2.0).priority(90), urgent().priority(10)] {
        let mut world = full(batch().preemptible());
        world.push([batch().preemptible(), other]);
        world.pass(secs(120));
        assert_eq!((running(&world), preempted(&world)), ((8, 0), 0));
    }
}

#[test]
fn the_room_is_kept_for_it_while_the_others_stop() {
    let mut world = full(batch());
    world.push([batch(), urgent()]);
    let why = world.cluster.why(&id("/urgent"), world.now).expect("the app is there");
    assert!(matches!(why.causes[0].what, What::Preemption { .. }), "{why:?}");
    let killed: Vec<_> = world.cluster.tasks_of(&id("/batch")).filter(|task| task.is_killing()).cloned().collect();
    assert_eq!(killed.len(), 2);
    world.exit(&killed[0].id, 143);
    let standing = world.cluster.tasks_of(&id("/batch")).filter(|task| !task.is_killing()).count();
    assert_eq!((standing, preempted(&world)), (6, 2), "none comes back, and no more go");
    world.pass(secs(60));
    assert_eq!(running(&world), (6, 1));
}

#[test]
fn when_it_goes_the_others_come_back() {
    let mut world = full(batch());
    world.push([batch(), urgent()]);
    world.pass(secs(60));
    world.push([batch()]);
    world.pass(secs(60));
    assert_eq!(world.view("batch").running, 8);
}

#[test]
fn a_restart_in_between_stops_nothing_more() {
    let mut world = full(batch());
    world.push([batch(), urgent()]);
    world.crash();
    world.join("a");
    world.join("b");
    world.pass(secs(120));
    assert_eq!((running(&world), preempted(&world)), ((6, 1), 2));
}

#[test]
fn a_host_port_is_room_too() {
    let mut world = World::new(&["a"]);
    let lesser = || app("batch").host_port(31000).priority(10).preemptible();
    world.push([lesser()]);
    world.pass(secs(60));
    world.push([lesser(), urgent().host_port(31000)]);
    world.pass(secs(60));
    assert_eq!(running(&world), (0, 1));
}

/// One of several apps that want more than there is.
#[derive(Debug, Clone)]
struct Claimant {
    cpus: f64,
    instances: u32,
    priority: u8,
    preempts: bool,
    preemptible: bool,
    minimum: f64,
    image: u8,
}

impl Claimant {
    fn app(&self, number: usize) -> AppBuilder {
        let built = app(&format!("app{number}")).image(&format!("image:{}", self.image)).cpus(self.cpus);
        let built = built.instances(self.instances).priority(self.priority).upgrade(self.minimum, 0.5);
        let built = if self.preempts { built.preempts() } else { built };
        if self.preemptible { built.preemptible() } else { built }
    }
}

fn claimant() -> impl Strategy<Value = Claimant> {
    let share = (prop::sample::select(vec![0.5, 1.0, 2.0]), 0..6u32, prop::sample::select(vec![10, 50, 90]));
    let manner = (any::<bool>(), any::<bool>(), prop::sample::select(vec![0.0, 0.5, 1.0]), 1..3u8);
    (share, manner).prop_map(|((cpus, instances, priority), (preempts, preemptible, minimum, image))| Claimant {
        cpus,
        instances,
        priority,
        preempts,
        preemptible,
        minimum,
        image,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_struggle_for_room_ends(crowds in prop::collection::vec(prop::collection::vec(claimant(), 1..5), 1..4)) {
        let mut world = World::new(&["a", "b"]);
        for crowd in crowds {
            world.push(crowd.iter().enumerate().map(|(number, claimant)| claimant.app(number)));
            world.pass(secs(400));
        }
        world.pass(secs(3600));
        let launches = world.launches;
        world.pass(secs(3600));
        prop_assert_eq!(world.launches, launches, "nothing comes and goes for ever");
    }
}
