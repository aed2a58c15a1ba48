//! Pods go the way of apps; their tasks carry all containers.

use super::world::{World, secs};
use crate::fixture::{AppBuilder, app};
use crate::model::{Scalar, TaskSpec, TaskStatus};

fn pod() -> AppBuilder {
    let mut pod = app("pod").companion("side", "side:1").host_port(0);
    pod.0.run.ports[0].name = Some("http-api".to_owned());
    pod.0.run.ports[0].container_port = 80;
    pod
}

fn running() -> World {
    let mut world = World::new(&["a"]);
    world.push([pod()]);
    world.pass(secs(60));
    world
}

fn task(world: &World) -> &TaskSpec {
    let task = &world.tasks("pod")[0];
    world.agents.values().find_map(|machine| machine.containers.get(task)).expect("it runs")
}

#[test]
fn a_task_carries_all_containers_and_takes_what_all_of_them_take() {
    let world = running();
    let (task, pod) = (task(&world), task(&world).pod.as_ref().expect("a pod"));
    assert_eq!((task.resources.mem, pod.resources.mem), (Scalar::whole(64), Scalar::whole(32)));
    assert_eq!(pod.containers().collect::<Vec<_>>(), ["main", "side"]);
    let volume = format!("{}.data", task.id);
    assert_eq!(pod.volumes, std::slice::from_ref(&volume));
    assert_eq!((&task.mounts[0].name, &pod.companions[0].mounts[0].name), (&volume, &volume));
}

#[test]
fn containers_know_all_endpoints_and_themselves() {
    let world = running();
    let (task, pod) = (task(&world), task(&world).pod.as_ref().expect("a pod"));
    let side = &pod.companions[0].env;
    let host = task.ports[0].host.expect("published").to_string();
    for env in [&task.env, side] {
        assert_eq!((env["ENDPOINT_HTTP_API"].as_str(), env["EP_CONTAINER_HTTP_API"].as_str()), ("80", "80"));
        assert_eq!((&env["EP_HOST_HTTP_API"], env["MARATHON_APP_ID"].as_str()), (&host, "/pod"));
        assert_eq!(env["MARATHON_CONTAINER_RESOURCE_MEM"], "32.0");
        assert!(!env.contains_key("PORT0"));
    }
    assert_eq!((task.env["MARATHON_CONTAINER_ID"].as_str(), side["MARATHON_CONTAINER_ID"].as_str()), ("main", "side"));
}

#[test]
fn another_image_of_any_container_replaces_tasks() {
    let mut world = running();
    let before = world.tasks("pod");
    world.push([pod()]);
    world.pass(secs(300));
    assert_eq!(world.tasks("pod"), before);
    let mut changed = pod();
    changed.0.run.companions[0].image.name = "side:2".to_owned();
    world.push([changed]);
    world.pass(secs(300));
    assert_ne!(world.tasks("pod"), before);
    assert_eq!(task(&world).pod.as_ref().expect("a pod").companions[0].image.name, "side:2");
}

#[test]
fn a_failure_names_its_container() {
    let mut world = running();
    let task = world.tasks("pod")[0].clone();
    let container = Some("side".to_owned());
    world.report(&task, TaskStatus::Exited { code: 3, out_of_memory: false, log_tail: Vec::new(), container });
    let events = format!("{:?}", world.events);
    assert!(events.contains("container `side` exited with code 3"), "{events}");
}
