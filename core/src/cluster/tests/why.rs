//! Why an app is not as it is wanted: one cause for each missing instance.

use super::world::{World, secs};
use crate::cluster::{Change, Input, What, Why};
use crate::fixture::{AppBuilder, app};
use crate::model::{AgentId, AppId, TaskStatus};

fn why(world: &World, name: &str) -> Why {
    let id = AppId::parse(&format!("/{name}")).expect("an id");
    let why = world.cluster.why(&id, world.now).expect("the app is there");
    let sum: u32 = why.causes.iter().map(|cause| cause.instances).sum();
    assert!(why.wanted == 0 || sum == why.wanted - why.ready, "{why:?}");
    why
}

/// `3x fits on no agent` for each cause.
fn causes(world: &World, name: &str) -> Vec<String> {
    why(world, name).causes.iter().map(|cause| format!("{}x {}", cause.instances, cause.what)).collect()
}

fn remedies(world: &World, name: &str) -> Vec<String> {
    let why = why(world, name);
    let places = why.causes.iter().filter_map(|cause| cause.what.placement());
    let remedies = places.flat_map(|place| &place.remedies);
    remedies.map(|remedy| format!("{} lets {} run", remedy.change, remedy.lets)).collect()
}

/// Two agents of 4 cpus and 4096 MiB.
fn with(app: AppBuilder) -> World {
    let mut world = World::new(&["a", "b"]);
    world.push([app]);
    world
}

#[test]
fn what_is_as_wanted_lacks_nothing() {
    let mut world = with(app("web").instances(2));
    world.pass(secs(30));
    assert_eq!((why(&world, "web").ready, causes(&world, "web")), (2, Vec::new()));
    assert!(world.cluster.why(&AppId::parse("/other").expect("an id"), world.now).is_none());
}

#[test]
fn too_little_of_a_resource() {
    let mut world = with(app("web").instances(3).cpus(3.0));
    world.pass(secs(30));
    assert_eq!(causes(&world, "web"), ["1x fits on no agent"]);
    assert_eq!(
        remedies(&world, "web"),
        [
            "ask for at most 1 cpus instead of 3 lets 1 run",
            "give a 2 cpus more lets 1 run",
            "add an agent like a lets 1 run",
        ]
    );
}

#[test]
fn a_constraint_that_leaves_no_agent() {
    let mut world = with(app("web").instances(3).constraint(&["hostname", "UNIQUE"]));
    world.pass(secs(30));
    assert_eq!(causes(&world, "web"), ["1x fits on no agent"]);
    let expected = ["give up the constraint [hostname UNIQUE] lets 1 run", "add an agent like a lets 1 run"];
    assert_eq!(remedies(&world, "web"), expected);
}

#[test]
fn a_host_port_that_is_taken() {
    let mut world = with(app("web").instances(3).host_port(31000));
    world.pass(secs(30));
    assert_eq!(
        remedies(&world, "web"),
        [
            "let the agent choose the host port: hostPort 0 instead of 31000 lets 1 run",
            "add an agent like a lets 1 run"
        ]
    );
}

#[test]
fn an_agent_that_is_emptied_could_take_it() {
    let mut world = World::new(&["a", "b"]);
    world.feed(Input::Drain { agents: vec![AgentId::new("b")], deadline: None });
    world.push([app("web").instances(2).cpus(3.0)]);
    world.pass(secs(30));
    assert_eq!(remedies(&world, "web")[0], "undrain b lets 1 run");
}

#[test]
fn a_task_that_cannot_leave_an_agent_that_is_emptied() {
    let mut world = with(app("web").instances(2).cpus(3.0));
    world.pass(secs(30));
    world.feed(Input::Drain { agents: vec![AgentId::new("a")], deadline: None });
    assert_eq!(causes(&world, "web"), ["1x still on a, which is being emptied: no other agent takes it"]);
}

#[test]
fn an_image_on_its_way_and_a_container_that_starts() {
    let mut world = with(app("web"));
    assert!(causes(&world, "web")[0].starts_with("1x starts on "));
    let task = world.tasks("web")[0].clone();
    world.report(&task, TaskStatus::Pulling { percent: Some(40), bytes: Some(10) });
    assert!(causes(&world, "web")[0].ends_with("fetches the image image:1: 40%"));
    world.report(&task, TaskStatus::Starting);
    assert!(causes(&world, "web")[0].starts_with("1x starts on "));
}

#[test]
fn health_checks_without_a_verdict_and_with_a_bad_one() {
    let mut world = with(app("web").checked());
    world.deliver();
    assert!(causes(&world, "web")[0].ends_with("no verdict of its health checks yet"));
    let task = world.tasks("web")[0].clone();
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    assert!(causes(&world, "web").is_empty());
    world.report(&task, TaskStatus::Health { healthy: false, cause: Some("HTTP 500".into()) });
    let found = causes(&world, "web");
    assert_eq!(found, ["1x pauses after a failure: a: unhealthy: HTTP 500"]);
}

#[test]
fn what_nothing_checks_has_to_hold_out() {
    let mut world = with(app("web"));
    world.deliver();
    assert!(causes(&world, "web")[0].ends_with("since nothing checks it"), "{:?}", causes(&world, "web"));
}

#[test]
fn a_dependency_that_is_not_up() {
    let mut world = World::new(&["a"]);
    world.push([app("db").cpus(9.0), app("web").needs("/db")]);
    world.pass(secs(30));
    let found = causes(&world, "web");
    assert!(
        found[0].starts_with("1x waits for /db (rolling out: 1 task fits nowhere: a: short of 5 cpus"),
        "{found:?}"
    );
}

#[test]
fn a_pause_after_failures() {
    let mut world = with(app("web"));
    world.deliver();
    let task = world.tasks("web")[0].clone();
    world.exit(&task, 3);
    let What::Backoff { until, failure } = &why(&world, "web").causes[0].what else { panic!("backs off") };
    assert!(*until > world.now && failure.ends_with(": exited with code 3"), "{failure}");
}

#[test]
fn an_agent_without_a_word() {
    let mut world = with(app("web").constraint(&["hostname", "LIKE", "a"]));
    world.pass(secs(30));
    world.cut("a");
    let What::Silent { host, reason, replaced } = &why(&world, "web").causes[0].what else { panic!("is silent") };
    assert_eq!((host.as_str(), reason.as_str()), ("a", "not connected"));
    assert!(replaced.is_some());
    world.pass(secs(600));
    assert_eq!(remedies(&world, "web")[0], "bring a back lets 1 run");
}

#[test]
fn no_agent_at_all() {
    let mut world = World::new(&[]);
    world.push([app("web")]);
    assert_eq!(causes(&world, "web"), ["1x no agent has joined"]);
}

#[test]
fn a_change_that_was_given_up() {
    let mut world = with(app("web"));
    world.pass(secs(30));
    world.bad_images.push("image:2".into());
    world.push([app("web").image("image:2")]);
    world.pass(secs(3600));
    assert!(causes(&world, "web")[0].starts_with("1x held: "), "{:?}", causes(&world, "web"));
}

#[test]
fn an_old_task_that_must_stop_first() {
    let mut world = with(app("web").upgrade(0.0, 0.0));
    world.pass(secs(30));
    world.push([app("web").image("image:2").upgrade(0.0, 0.0)]);
    assert!(causes(&world, "web")[0].starts_with("1x waits until an old task on "));
}

#[test]
fn an_upgrade_that_goes_step_by_step() {
    let mut world = with(app("web").instances(4).checked().upgrade(1.0, 0.25));
    for task in {
        world.deliver();
        world.tasks("web")
    } {
        world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    }
    world.pass(secs(30));
    world.push([app("web").instances(4).image("image:2").checked().upgrade(1.0, 0.25)]);
    assert_eq!(causes(&world, "web")[1], "3x its turn comes: 4 old tasks are still to be replaced, step by step");
}

#[test]
fn the_minimum_and_a_full_cluster() {
    let mut world = with(app("web").instances(2).cpus(3.0).upgrade(1.0, 1.0));
    world.pass(secs(30));
    world.push([app("web").instances(2).cpus(3.0).image("image:2").upgrade(1.0, 1.0)]);
    world.pass(secs(30));
    let found = causes(&world, "web");
    assert!(found[0].starts_with("2x no room beside the old tasks"), "{found:?}");
}

#[test]
fn old_tasks_that_nothing_could_replace() {
    let mut world = with(app("web").instances(2).cpus(3.0).upgrade(0.5, 0.0));
    world.pass(secs(30));
    world.push([app("web").instances(2).cpus(9.0).upgrade(0.5, 0.0)]);
    world.pass(secs(30));
    let found = causes(&world, "web");
    assert!(found[0].starts_with("2x an old task stays"), "{found:?}");
    assert_eq!(remedies(&world, "web")[0], "ask for at most 4 cpus instead of 9 lets 2 run");
}

#[test]
fn a_removed_app_that_stops_later() {
    let mut world = World::new(&["a"]);
    world.push([app("db"), app("web").needs("/db")]);
    world.pass(secs(60));
    world.push([]);
    assert_eq!(causes(&world, "db"), ["1x stops after /web"]);
}

#[test]
fn what_is_told_to_help_does() {
    let mut world = with(app("web").instances(3).cpus(3.0));
    world.pass(secs(30));
    let told = why(&world, "web");
    let place = told.causes[0].what.placement().expect("it fits nowhere");
    let Change::Ask { at_most, .. } = place.remedies[0].change else { panic!("it could ask for less") };
    world.push([app("web").instances(3).cpus(at_most.as_f64())]);
    world.pass(secs(60));
    assert_eq!(why(&world, "web").ready, 3);
}
