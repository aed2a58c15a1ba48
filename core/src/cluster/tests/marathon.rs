//! Apps, tasks and deployments of a cluster that lives, as Marathon's clients see them.

use super::world::{World, secs};
use crate::fixture::app;
use crate::model::{AppId, TaskStatus};
use crate::protocol::marathon::{Extra, Extras};
use serde_json::{Value, json};

fn id(text: &str) -> AppId {
    AppId::parse(text).expect("an id")
}

fn everything() -> Extras {
    let all = [Extra::Readiness, Extra::TaskStats].into_iter().chain(Extras::ONE);
    Extras::new(all, &[], [])
}

fn shown(world: &World, app: &str) -> Value {
    let app = world.cluster.marathon_app(&id(app), &everything(), world.now).expect("a wanted app");
    serde_json::to_value(app).expect("plain JSON")
}

fn all_tasks(world: &World) -> Vec<Value> {
    let tasks = world.cluster.marathon_tasks(None, None, world.now);
    tasks.map(|task| serde_json::to_value(task).expect("plain JSON")).collect()
}

fn deployments(world: &World) -> Value {
    let infos: Vec<_> = world.cluster.marathon_deployments().collect();
    serde_json::to_value(infos).expect("plain JSON")
}

#[test]
fn a_running_app_with_its_task() {
    let mut world = World::new(&["a"]);
    world.push([app("/web").host_port(0)]);
    world.pass(secs(10));
    let task = &world.tasks("/web")[0];
    let web = shown(&world, "/web");
    let counts = ["tasksStaged", "tasksRunning", "tasksHealthy", "tasksUnhealthy"].map(|field| web[field].clone());
    assert_eq!(counts, [0, 1, 0, 0].map(Value::from));
    assert_eq!(web["deployments"], json!([]));
    assert_eq!(web.get("lastTaskFailure"), None);
    let version = &web["version"];
    let expected = json!({
        "id": task, "appId": "/web", "host": "a", "slaveId": "a", "state": "TASK_RUNNING", "role": "*",
        "ports": [web["tasks"][0]["ports"][0]], "servicePorts": [], "ipAddresses": [],
        "stagedAt": "1970-01-01T00:16:40.000Z", "startedAt": "1970-01-01T00:16:40.000Z", "version": version,
        "healthCheckResults": [], "localVolumes": [],
    });
    assert_eq!(web["tasks"], json!([expected]));
    assert_eq!(all_tasks(&world)[0]["servicePorts"], json!([10000]));
}

#[test]
fn health_is_a_verdict_and_a_failure_is_kept() {
    let mut world = World::new(&["a"]);
    world.push([app("/web").checked()]);
    world.deliver();
    let task = world.tasks("/web")[0].clone();
    assert_eq!(shown(&world, "/web")["tasks"][0]["healthCheckResults"], json!([]), "no verdict yet");
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    let web = shown(&world, "/web");
    let instance = task.as_str().split("._").next().expect("a part");
    let alive = json!([{ "alive": true, "consecutiveFailures": 0, "instanceId": instance }]);
    assert_eq!((&web["tasks"][0]["healthCheckResults"], &web["tasksHealthy"]), (&alive, &json!(1)));
    world.report(&task, TaskStatus::Health { healthy: false, cause: Some("refused".into()) });
    let web = shown(&world, "/web");
    let failure = json!({
        "appId": "/web", "host": "a", "message": "Task was killed since health check failed. Reason: refused",
        "state": "TASK_KILLED", "taskId": task, "timestamp": "1970-01-01T00:16:40.000Z", "version": web["version"],
        "slaveId": "a",
    });
    assert_eq!(web["lastTaskFailure"], failure);
}

#[test]
fn a_process_that_ends_is_told_from_one_that_failed() {
    let mut world = World::new(&["a"]);
    world.push([app("/web")]);
    world.pass(secs(10));
    for (code, state) in [(1, "TASK_FAILED"), (0, "TASK_FINISHED")] {
        let task = world.tasks("/web")[0].clone();
        world.exit(&task, code);
        assert_eq!(shown(&world, "/web")["lastTaskFailure"]["state"], state);
        world.pass(secs(400));
    }
}

#[test]
fn tasks_out_of_reach_say_so_once_their_agent_counts_as_gone() {
    let mut world = World::new(&["a"]);
    world.push([app("/web").waits_for_its_agent()]);
    world.pass(secs(10));
    world.cut("a");
    assert_eq!(shown(&world, "/web")["tasks"][0]["state"], "TASK_RUNNING");
    world.pass(secs(10));
    let web = shown(&world, "/web");
    assert_eq!((&web["tasks"][0]["state"], &web["tasksRunning"]), (&json!("TASK_UNREACHABLE"), &json!(0)));
}

#[test]
fn a_deployment_shows_its_steps_and_where_it_is() {
    let mut world = World::new(&["a"]);
    let id = world.push([app("/db").checked(), app("/web").needs("/db")]);
    world.deliver();
    let expected = json!([{
        "id": id, "version": "1970-01-01T00:16:40.000Z", "affectedApps": ["/db", "/web"], "affectedPods": [],
        "steps": [
            { "actions": [{ "action": "StartApplication", "app": "/db" }, { "action": "StartApplication", "app": "/web" }] },
            { "actions": [{ "action": "ScaleApplication", "app": "/db" }] },
            { "actions": [{ "action": "ScaleApplication", "app": "/web" }] },
        ],
        "currentActions": [{ "action": "ScaleApplication", "app": "/db", "readinessCheckResults": [] }],
        "currentStep": 2, "totalSteps": 3,
    }]);
    assert_eq!(deployments(&world), expected);
    assert_eq!(shown(&world, "/db")["deployments"], json!([{ "id": id }]));
    let task = world.tasks("/db")[0].clone();
    world.report(&task, TaskStatus::Health { healthy: true, cause: None });
    world.pass(secs(10));
    assert_eq!(deployments(&world), json!([]));
}

#[test]
fn readiness_is_told_while_an_app_is_deployed() {
    let mut world = World::new(&["a"]);
    world.push([app("/web").readiness()]);
    world.deliver();
    let task = world.tasks("/web")[0].clone();
    let result = |ready| json!([{ "name": "ready", "taskId": task, "ready": ready }]);
    assert_eq!(shown(&world, "/web")["readinessCheckResults"], result(false));
    assert_eq!(deployments(&world)[0]["currentActions"][0]["readinessCheckResults"], result(false));
    world.report(&task, TaskStatus::Ready);
    assert_eq!(shown(&world, "/web")["readinessCheckResults"], result(true));
    world.pass(secs(10));
    assert_eq!(shown(&world, "/web")["readinessCheckResults"], json!([]));
}

#[test]
fn statistics_by_definition() {
    let mut world = World::new(&["a"]);
    world.push([app("/web").instances(2)]);
    world.pass(secs(10));
    let all = json!({ "stats": { "counts": { "staged": 0, "running": 2, "healthy": 0, "unhealthy": 0 },
        "lifeTime": { "averageSeconds": 10.0, "medianSeconds": 10.0 } } });
    let stats = json!({ "startedAfterLastScaling": all, "withLatestConfig": all, "totalSummary": all });
    assert_eq!(shown(&world, "/web")["tasksStats"], stats);
}

#[test]
fn a_list_goes_on_after_an_app_and_leaves_out_those_that_go() {
    let mut world = World::new(&["a"]);
    world.push(["/a", "/b", "/c"].map(app));
    world.pass(secs(10));
    world.push(["/a", "/c"].map(app));
    assert!(world.has_app("/b"), "its task is still there");
    let after =
        |after: Option<&str>| -> Vec<AppId> { world.cluster.wanted_after(after.map(id).as_ref()).cloned().collect() };
    assert_eq!(after(None), [id("/a"), id("/c")]);
    assert_eq!(after(Some("/a")), [id("/c")]);
    assert!(world.cluster.marathon_app(&id("/b"), &everything(), world.now).is_none());
    assert_eq!(all_tasks(&world).len(), 3, "a task is a task until it is gone");
}

#[test]
fn an_instance_with_data_shows_its_volume() {
    let mut world = World::new(&["a"]);
    world.push([app("/db").keeps_data(16)]);
    world.pass(secs(10));
    let volume = &shown(&world, "/db")["tasks"][0]["localVolumes"][0];
    assert_eq!((&volume["runSpecId"], &volume["containerPath"]), (&json!("/db"), &json!("/data")));
    let name = volume["persistenceId"].as_str().expect("a text");
    assert!(name.contains(volume["uuid"].as_str().expect("a text")), "{volume}");
}

#[test]
fn endpoints_are_lines_of_text() {
    let mut world = World::new(&["a"]);
    world.push([app("/shop/web").instances(2).host_port(0).host_port(0), app("/job")]);
    world.pass(secs(10));
    let text = |app: &str| world.cluster.marathon_endpoints(&id(app), world.now).expect("an app");
    assert_eq!(text("/job"), "job\t \ta\t\n");
    let tasks = shown(&world, "/shop/web")["tasks"].clone();
    let place = |task: usize, port: usize| format!("a:{}", tasks[task]["ports"][port]);
    let line = |number, port| format!("shop_web\t{number}\t{}\t{}\t\n", place(0, port), place(1, port));
    assert_eq!(text("/shop/web"), line(10000, 0) + &line(10001, 1));
}
