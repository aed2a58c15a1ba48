//! Pods of a cluster that lives, as Marathon's clients see them.

use super::world::{World, secs};
use crate::fixture::{AppBuilder, app};
use crate::manifest::{Defaults, PodFile, normalise_pod};
use crate::model::{AppId, AppSpec, GroupId, Kind, TaskStatus};
use crate::protocol::marathon::Extras;
use serde_json::{Value, json};

fn spec(file: Value) -> AppSpec {
    let file: PodFile = serde_json::from_value(file).expect("a pod file");
    normalise_pod(&file, &GroupId::root(), &Defaults::default()).expect("a valid pod")
}

fn file() -> Value {
    json!({
        "id": "/pod", "networks": [{ "mode": "container/bridge" }],
        "containers": [
            { "name": "web", "image": { "id": "nginx" }, "resources": { "mem": 64 },
              "endpoints": [{ "name": "http", "containerPort": 80, "hostPort": 0 }],
              "healthCheck": { "http": { "endpoint": "http" } } },
            { "name": "side", "image": { "id": "busybox", "forcePull": true },
              "endpoints": [{ "name": "admin", "containerPort": 81, "protocol": ["udp"] }] },
        ],
    })
}

fn pod() -> AppBuilder {
    AppBuilder(spec(file()))
}

fn id() -> AppId {
    AppId::parse("/pod").expect("an id")
}

fn status(world: &World) -> Value {
    let status = world.cluster.marathon_pod_status(&id(), world.now).expect("a pod");
    serde_json::to_value(status).expect("plain JSON")
}

fn launched() -> World {
    let mut world = World::new(&["a"]);
    world.push([pod(), app("/web")]);
    world.deliver();
    world
}

#[test]
fn a_definition_has_all_its_defaults_and_means_the_same_when_it_comes_back() {
    let world = launched();
    let shown = world.cluster.app_record(&id()).and_then(|record| record.marathon_pod()).expect("a pod");
    let shown = serde_json::to_value(shown).expect("plain JSON");
    let expected = json!({
        "id": "/pod", "version": "1970-01-01T00:16:40.000Z", "networks": [{ "mode": "container/bridge" }], "role": "*",
        "containers": [
            { "name": "web", "image": { "kind": "DOCKER", "id": "nginx", "forcePull": false },
              "resources": { "cpus": 0.1, "mem": 64, "disk": 0, "gpus": 0 },
              "endpoints": [{ "name": "http", "containerPort": 80, "hostPort": 0, "protocol": ["tcp"] }],
              "healthCheck": { "http": { "endpoint": "http" } } },
            { "name": "side", "image": { "kind": "DOCKER", "id": "busybox", "forcePull": true },
              "resources": { "cpus": 0.1, "mem": 32, "disk": 0, "gpus": 0 },
              "endpoints": [{ "name": "admin", "containerPort": 81, "protocol": ["udp"] }] },
        ],
        "scaling": { "kind": "fixed", "instances": 1 },
        "scheduling": {
            "backoff": { "backoff": 1, "backoffFactor": 1.15, "maxLaunchDelay": 300 },
            "upgrade": { "minimumHealthCapacity": 1, "maximumOverCapacity": 1 },
            "placement": { "constraints": [], "acceptedResourceRoles": [] },
            "killSelection": "YOUNGEST_FIRST",
            "unreachableStrategy": { "inactiveAfterSeconds": 0, "expungeAfterSeconds": 0 },
        },
    });
    assert_eq!(shown, expected);
    assert!(shown.to_string().contains(r#""mem":64,"#), "whole numbers have no fraction: {shown}");
    let without_text = |spec: AppSpec| AppSpec { pod: None, ..spec };
    assert_eq!(without_text(spec(shown)), without_text(spec(file())));
}

#[test]
fn a_status_names_instances_containers_and_endpoints() {
    let mut world = launched();
    let task = world.tasks("/pod")[0].clone();
    assert_eq!(status(&world)["instances"][0]["status"], "STAGING", "its health is not known");
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    let status = status(&world);
    assert_eq!((&status["status"], &status["spec"]["id"]), (&json!("STABLE"), &json!("/pod")));
    let instance = &status["instances"][0];
    let name = task.as_str().split("._").next().expect("a part");
    assert_eq!((&instance["id"], &instance["status"]), (&json!(name), &json!("STABLE")));
    assert_eq!((&instance["agentId"], &instance["agentHostname"]), (&json!("a"), &json!("a")));
    assert_eq!(instance["resources"], json!({ "cpus": 0.2, "mem": 96, "disk": 0, "gpus": 0 }));
    assert_eq!(instance["specReference"], "/v2/pods/pod::versions/1970-01-01T00:16:40.000Z");
    let [web, side] = [0, 1].map(|n| &instance["containers"][n]);
    assert_eq!((&web["containerId"], &web["status"]), (&json!(format!("{name}.web")), &json!("TASK_RUNNING")));
    let port = |index: usize| world.cluster.task(&task).and_then(|task| task.ports[index].host);
    assert_eq!(web["endpoints"], json!([{ "name": "http", "allocatedHostPort": port(0), "healthy": true }]));
    assert_eq!(side["endpoints"], json!([{ "name": "admin", "allocatedHostPort": port(1) }]));
}

#[test]
fn a_pod_is_degraded_while_an_instance_does_not_work_and_terminal_when_it_goes() {
    let mut world = launched();
    let task = world.tasks("/pod")[0].clone();
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(10));
    world.report(&task, TaskStatus::Health { healthy: false, cause: Some("refused".into()) });
    let sick = status(&world);
    assert_eq!(sick["status"], "DEGRADED");
    assert_eq!(sick["terminationHistory"][0]["message"], "unhealthy: refused");
    world.push([app("/web")]);
    assert_eq!(status(&world)["status"], "TERMINAL");
    world.pass(secs(60));
    assert!(world.cluster.marathon_pod_status(&id(), world.now).is_none());
}

#[test]
fn pods_are_no_apps() {
    let world = launched();
    assert_eq!(world.cluster.wanted_after(None).map(|record| record.spec.id.as_str()).collect::<Vec<_>>(), ["/web"]);
    assert!(world.cluster.marathon_app(&id(), &Extras::default(), world.now).is_none());
    let tasks = world.cluster.marathon_tasks(None, None, world.now);
    assert_eq!(tasks.map(|task| task.app_id.as_str()).collect::<Vec<_>>(), ["/web"]);
    let root = world.cluster.group_tree(&GroupId::root()).expect("the root");
    let root = root.group(&GroupId::root()).expect("the root");
    assert_eq!((root.apps.len(), root.pods.as_slice()), (1, [id()].as_slice()));
    assert_eq!(world.cluster.pods_after(None).map(|record| record.spec.kind()).collect::<Vec<_>>(), [Kind::Pod]);
}

#[test]
fn deployments_and_the_queue_say_pod() {
    let mut world = World::new(&[]);
    world.push([pod(), app("/web")]);
    let deployments: Vec<_> = world.cluster.marathon_deployments().collect();
    let shown = serde_json::to_value(&deployments[0]).expect("plain JSON");
    assert_eq!((&shown["affectedApps"], &shown["affectedPods"]), (&json!(["/web"]), &json!(["/pod"])));
    let actions = json!([{ "action": "StartPod", "pod": "/pod" }, { "action": "StartApplication", "app": "/web" }]);
    assert_eq!(shown["steps"][0]["actions"], actions);
    assert_eq!(shown["currentActions"][0]["pod"], "/pod");
    let queue = serde_json::to_value(world.cluster.marathon_queue(false, world.now)).expect("plain JSON");
    assert_eq!((&queue[0]["pod"]["id"], queue[0].get("app")), (&json!("/pod"), None));
    assert_eq!((&queue[1]["app"]["id"], queue[1].get("pod")), (&json!("/web"), None));
}
