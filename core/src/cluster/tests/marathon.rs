//! Apps, tasks and deployments of a cluster that lives, as Marathon's clients see them.

use super::world::{World, secs};
use crate::cluster::Input;
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
    let now = "1970-01-01T00:16:40.000Z";
    let alive = json!([{ "alive": true, "consecutiveFailures": 0, "firstSuccess": now, "lastSuccess": now,
        "instanceId": instance }]);
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
    let after = |after: Option<&str>| -> Vec<AppId> {
        world.cluster.wanted_after(after.map(id).as_ref()).map(|record| record.spec.id.clone()).collect()
    };
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

fn queue(world: &World, with_offers: bool) -> Value {
    let items = world.cluster.marathon_queue(with_offers, world.now);
    serde_json::to_value(items).expect("plain JSON")
}

/// Of the stages of the funnel where agents are passed over: reason, declined, processed.
fn funnel(item: &Value) -> Vec<(String, u64, u64)> {
    let stages = item["processedOffersSummary"]["rejectSummaryLastOffers"].as_array().expect("stages");
    let count = |stage: &Value, field: &str| stage[field].as_u64().expect("a number");
    let told = |stage: &Value| {
        let reason = stage["reason"].as_str().expect("a word").to_owned();
        (reason, count(stage, "declined"), count(stage, "processed"))
    };
    stages.iter().map(told).filter(|(_, declined, _)| *declined > 0).collect()
}

#[test]
fn what_fits_nowhere_is_queued_with_the_reasons_of_all_agents() {
    let mut world = World::new(&["a", "b", "c"]);
    world.cut("c");
    world.push([
        app("/fits"),
        app("/big").cpus(5.0).instances(2),
        app("/picky").constraint(&["rack", "LIKE", "a"]).cpus(64.0),
    ]);
    world.pass(secs(5));
    let queue = queue(&world, true);
    assert_eq!(queue.as_array().map(Vec::len), Some(2));
    let (big, picky) = (&queue[0], &queue[1]);
    assert_eq!((&big["app"]["id"], &big["count"]), (&json!("/big"), &json!(2)));
    assert_eq!(big["delay"], json!({ "timeLeftSeconds": 0, "overdue": true }));
    assert_eq!(big.get("role"), None);
    let counts = |item: &Value| {
        let summary = &item["processedOffersSummary"];
        ["processedOffersCount", "unusedOffersCount"].map(|field| summary[field].as_u64())
    };
    assert_eq!(counts(big), [Some(2), Some(2)], "who is away makes no offer");
    assert_eq!(funnel(big), [("InsufficientCpus".to_owned(), 2, 2)]);
    let (constraint, cpus) = ("UnfulfilledConstraint".to_owned(), "InsufficientCpus".to_owned());
    assert_eq!(funnel(picky), [(constraint, 1, 2), (cpus, 1, 1)]);
    let offers = big["lastUnusedOffers"].as_array().expect("they were asked for");
    let mut free: Vec<f64> =
        offers.iter().filter_map(|unused| unused["offer"]["resources"][0]["scalar"].as_f64()).collect();
    free.sort_by(f64::total_cmp);
    assert_eq!(free, [3.9, 4.0], "one of them has a task");
    assert_eq!(offers[0]["reason"], json!(["InsufficientCpus"]));
    let ports = json!({ "name": "ports", "role": "*", "ranges": [{ "begin": 31000, "end": 31099 }] });
    assert_eq!(offers[0]["offer"]["resources"][3], ports);
}

#[test]
fn a_pause_after_failures_is_queued_until_it_is_ended() {
    let mut world = World::new(&["a"]);
    world.push([app("/web")]);
    world.pass(secs(10));
    let task = world.tasks("/web")[0].clone();
    world.exit(&task, 1);
    let item = queue(&world, false)[0].clone();
    assert_eq!((&item["count"], &item["since"]), (&json!(1), &json!("1970-01-01T00:16:50.000Z")));
    assert_eq!(item["delay"], json!({ "timeLeftSeconds": 1, "overdue": false }));
    assert_eq!((funnel(&item), item.get("lastUnusedOffers")), (vec![], None));
    assert!(world.tasks("/web").is_empty());

    world.feed(Input::EndPause { app: id("/web") });
    assert_eq!(world.tasks("/web").len(), 1);
    assert_eq!(queue(&world, false), json!([]));
    world.feed(Input::EndPause { app: id("/none") });
}

#[test]
fn data_on_an_agent_that_is_full_corresponds_to_no_other() {
    let mut world = World::new(&["a", "b"]);
    world.push([app("/db").keeps_data(16)]);
    world.pass(secs(10));
    let task = world.tasks("/db")[0].clone();
    let host = world.cluster.task(&task).expect("a task").agent.clone();
    world.feed(Input::Drain { agents: vec![host], deadline: None });
    world.exit(&task, 1);
    world.pass(secs(10));
    let item = queue(&world, false)[0].clone();
    let (none, leaving) = ("NoCorrespondingReservationFound".to_owned(), "AgentMaintenance".to_owned());
    assert_eq!(funnel(&item), [(none, 1, 2), (leaving, 1, 1)]);
}
