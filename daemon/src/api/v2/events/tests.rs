//! What Marathon's clients are told while a cluster goes on: every event of a story, in order, with its fields.

use super::frame::Written;
use super::translate::Translator;
use crate::master::sample_app;
use serde_json::{Value, json};
use ship_core::cluster::{AGENT_TIMEOUT, Cluster, Commit, Effect, Input, TaskReport};
use ship_core::model::{
    AgentId, AgentInfo, AppSpec, CommitId, EngineState, HealthCheck, PortRange, PortSpec, Probe, ProbePort, Protocol,
    Resources, Scalar, TaskId, TaskStatus, Timestamp, Wanted,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

struct Scene {
    cluster: Cluster,
    translator: Translator,
    now: Timestamp,
    told: Vec<Written>,
    commits: u32,
}

impl Scene {
    fn new() -> Self {
        let cluster = Cluster::new(1);
        let translator = Translator::new(&cluster);
        let mut scene = Self { cluster, translator, now: Timestamp(1_577_872_800_000), told: Vec::new(), commits: 0 };
        scene.join(Vec::new());
        scene
    }

    fn feed(&mut self, input: Input) {
        for effect in self.cluster.handle(self.now, input) {
            if let Effect::Emit(event) = effect {
                self.told.extend(self.translator.translate(&event, &self.cluster, true));
            }
        }
    }

    fn join(&mut self, tasks: Vec<TaskReport>) {
        self.feed(Input::AgentJoined { info: agent(), tasks });
    }

    fn push(&mut self, apps: impl IntoIterator<Item = AppSpec>) {
        self.commits += 1;
        let wanted = apps.into_iter().map(|app| (app.id.clone(), Arc::new(app))).collect();
        let commit = Commit {
            id: CommitId::new(format!("c{}", self.commits)),
            author: "A <a@b.example>".into(),
            subject: "a change".into(),
            reverts: None,
            version: None,
        };
        self.feed(Input::Desired { commit, wanted: Wanted { apps: wanted, ..Wanted::default() } });
    }

    fn report(&mut self, task: &TaskId, status: TaskStatus) {
        let report = TaskReport { task: task.clone(), status };
        self.feed(Input::TaskUpdate { agent: agent().id, report });
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.feed(Input::Tick);
    }

    fn run(&mut self) -> TaskId {
        let task = self.task();
        self.report(&task, TaskStatus::Running { address: Some("172.17.0.5".into()) });
        task
    }

    fn task(&self) -> TaskId {
        self.cluster.tasks().next().expect("a task").id.clone()
    }

    /// What was told since the last look: by name, and as JSON.
    fn look(&mut self) -> (Vec<&'static str>, Vec<Value>) {
        let told = std::mem::take(&mut self.told);
        let json = told.iter().map(|event| serde_json::from_str(&event.light).expect("JSON")).collect();
        (told.iter().map(|event| event.name).collect(), json)
    }
}

fn agent() -> AgentInfo {
    AgentInfo {
        id: AgentId::new("agent-1"),
        hostname: "one".to_owned(),
        resources: Resources { cpus: Scalar::whole(4), mem: Scalar::whole(1024), disk: Scalar::whole(1024), gpus: 0 },
        ports: vec![PortRange::DEFAULT],
        attributes: BTreeMap::new(),
        zone: None,
        region: None,
        reserved: BTreeMap::new(),
        images: BTreeSet::new(),
        engine: EngineState::Up { version: "28".into() },
    }
}

fn checked(id: &str) -> AppSpec {
    let mut app = sample_app(id, 1);
    app.checks.health = vec![HealthCheck {
        probe: Probe::Http { path: "/up".into(), port: ProbePort::Index(0), tls: false, ignore_1xx: false },
        grace_period_secs: 300,
        interval_secs: 60,
        timeout_secs: 20,
        max_consecutive_failures: 3,
        delay_secs: 15,
        container: None,
    }];
    app.run.ports = vec![PortSpec {
        name: None,
        container_port: 80,
        host_port: Some(0),
        service_port: 10_000,
        protocol: Protocol::Tcp,
        labels: BTreeMap::new(),
    }];
    app
}

#[test]
fn a_new_app_from_its_commit_to_its_success() {
    let mut scene = Scene::new();
    scene.push([checked("/shop/web")]);
    let (names, events) = scene.look();
    let begin = ["group_change_success", "add_health_check_event", "deployment_info", "deployment_step_success"];
    assert_eq!(names[..4], begin);
    assert_eq!(names[4..], ["deployment_info", "status_update_event", "instance_changed_event"]);
    assert_eq!(events[0]["groupId"], "/shop");
    assert_eq!(events[1]["healthCheck"]["path"], "/up");
    assert_eq!(events[2]["currentStep"], json!({ "actions": [{ "action": "StartApplication", "app": "/shop/web" }] }));
    assert_eq!(events[4]["currentStep"]["actions"][0]["action"], "ScaleApplication");
    assert_eq!((&events[5]["taskStatus"], &events[5]["host"]), (&"TASK_STAGING".into(), &"one".into()));

    let task = scene.run();
    let (names, events) = scene.look();
    assert_eq!(names, ["status_update_event", "instance_changed_event"]);
    let record = scene.cluster.task(&task).expect("it runs");
    let (port, version) = (record.host_ports().next().expect("a port"), events[0]["version"].clone());
    assert_eq!(
        events[0],
        json!({
            "slaveId": "agent-1", "taskId": task, "taskStatus": "TASK_RUNNING", "message": "", "appId": "/shop/web",
            "host": "one", "ipAddresses": [{ "ipAddress": "172.17.0.5", "protocol": "IPv4" }], "ports": [port],
            "version": version, "eventType": "status_update_event", "timestamp": "2020-01-01T10:00:00.000Z",
        })
    );
    let instance = task.as_str().strip_suffix("._app.1").expect("our form");
    assert_eq!(
        events[1],
        json!({
            "instanceId": instance, "condition": "Running", "runSpecId": "/shop/web", "agentId": "agent-1", "host": "one",
            "runSpecVersion": version, "eventType": "instance_changed_event", "timestamp": "2020-01-01T10:00:00.000Z",
        })
    );

    scene.report(&task, TaskStatus::Health { healthy: true, cause: None });
    scene.pass(Duration::from_secs(2));
    let (names, events) = scene.look();
    let healthy = ["health_status_changed_event", "instance_health_changed_event"];
    assert_eq!(names[..2], healthy);
    assert_eq!(names[2..], ["deployment_step_success", "deployment_success"]);
    assert_eq!((&events[0]["alive"], &events[1]["healthy"]), (&true.into(), &true.into()));
    assert_eq!((&events[3]["id"], &events[3]["plan"]["steps"][1]), (&"c1".into(), &events[2]["currentStep"]));
}

#[test]
fn plans_have_their_groups_in_the_heavy_form_alone() {
    let mut scene = Scene::new();
    scene.push([sample_app("/web", 1)]);
    let info = scene.told.iter().find(|event| event.name == "deployment_info").expect("one");
    let plan = |text: &str| serde_json::from_str::<Value>(text).expect("JSON")["plan"].clone();
    let heavy = plan(info.heavy.as_ref().expect("another form"));
    assert_eq!(heavy["original"], json!({ "id": "/", "apps": [], "dependencies": [], "groups": [], "pods": [] }));
    assert_eq!(heavy["target"]["version"], heavy["version"]);
    let light = plan(&info.light);
    assert_eq!(light.as_object().expect("fields").keys().collect::<Vec<_>>(), ["id", "version", "steps"]);
    assert_eq!(light["steps"], heavy["steps"]);
    let update = scene.told.iter().find(|event| event.name == "status_update_event").expect("one");
    assert!(update.heavy.is_none());
}

#[test]
fn an_unhealthy_task_is_told_to_its_end() {
    let mut scene = Scene::new();
    scene.push([checked("/web")]);
    let task = scene.run();
    scene.report(&task, TaskStatus::Health { healthy: true, cause: None });
    scene.pass(Duration::from_secs(2));
    scene.look();
    scene.report(&task, TaskStatus::Health { healthy: false, cause: Some("HTTP 500".into()) });
    let (names, events) = scene.look();
    let failed = ["failed_health_check_event", "health_status_changed_event", "instance_health_changed_event"];
    assert_eq!(names[..3], failed);
    assert_eq!((&events[0]["healthCheck"]["portIndex"], &events[1]["alive"]), (&0.into(), &false.into()));
    let kill = names.iter().position(|name| *name == "unhealthy_instance_kill_event");
    let kill = kill.unwrap_or_else(|| panic!("it is stopped: {names:?}"));
    assert_eq!((&events[kill]["reason"], &events[kill]["taskId"]), (&"HTTP 500".into(), &json!(task)));
    assert_eq!(events[kill + 1]["taskStatus"], "TASK_KILLING");
    scene.report(&task, TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None });
    assert_eq!(scene.look().1[0]["taskStatus"], "TASK_KILLED");
}

#[test]
fn ends_are_told_apart() {
    let exit = |code| TaskStatus::Exited { code, out_of_memory: false, log_tail: Vec::new(), container: None };
    let refused = TaskStatus::Refused { reason: "no such image".into() };
    let ends =
        [(exit(0), "TASK_FINISHED", "Finished"), (exit(3), "TASK_FAILED", "Failed"), (refused, "TASK_ERROR", "Error")];
    for (end, status, condition) in ends {
        let mut scene = Scene::new();
        scene.push([sample_app("/web", 1)]);
        let task = scene.task();
        scene.look();
        scene.report(&task, end);
        let (_, events) = scene.look();
        assert_eq!((&events[0]["taskStatus"], &events[1]["condition"]), (&status.into(), &condition.into()));
        assert_ne!(events[0]["message"], "", "why");
    }
}

#[test]
fn an_agent_that_goes_and_comes_takes_its_tasks_along() {
    let mut scene = Scene::new();
    scene.push([sample_app("/web", 1)]);
    let task = scene.run();
    scene.pass(Duration::from_secs(2));
    scene.look();
    scene.feed(Input::AgentLost { agent: agent().id });
    assert_eq!(scene.look().0, [""; 0]);
    scene.pass(AGENT_TIMEOUT);
    let (names, events) = scene.look();
    assert_eq!(names[..2], ["status_update_event", "instance_changed_event"]);
    assert_eq!((&events[0]["taskStatus"], &events[0]["taskId"]), (&"TASK_UNREACHABLE".into(), &json!(task)));
    scene.join(vec![TaskReport { task: task.clone(), status: TaskStatus::Running { address: None } }]);
    let back =
        scene.look().1.into_iter().any(|event| event["taskStatus"] == "TASK_RUNNING" && event["taskId"] == json!(task));
    assert!(back);
}

#[test]
fn what_is_taken_over_was_cancelled() {
    let mut scene = Scene::new();
    scene.push([sample_app("/web", 1)]);
    scene.look();
    scene.push([sample_app("/web", 2)]);
    let (names, events) = scene.look();
    let failed = names.iter().position(|name| *name == "deployment_failed").expect("the first one");
    assert_eq!(
        (&events[failed]["id"], &events[failed]["reason"]),
        (&"c1".into(), &super::deployments::CANCELLED.into())
    );
    assert!(names[..failed].contains(&"deployment_step_failure"));
    let begun = events.iter().any(|event| event["eventType"] == "deployment_info" && event["plan"]["id"] == "c2");
    assert!(begun);
}

#[test]
fn a_removed_app_is_terminated_when_its_last_task_is_gone() {
    let mut scene = Scene::new();
    scene.push([checked("/web")]);
    let task = scene.run();
    scene.report(&task, TaskStatus::Health { healthy: true, cause: None });
    scene.pass(Duration::from_secs(2));
    scene.push([]);
    let (names, events) = scene.look();
    assert!(names.contains(&"remove_health_check_event"));
    let info = events.iter().rev().find(|event| event["eventType"] == "deployment_info").expect("one");
    assert_eq!(info["currentStep"]["actions"][0]["action"], "StopApplication");
    scene.report(&task, TaskStatus::Exited { code: 143, out_of_memory: false, log_tail: Vec::new(), container: None });
    let (names, events) = scene.look();
    let end = ["app_terminated_event", "deployment_step_success", "deployment_success"];
    assert_eq!(names[..2], ["status_update_event", "instance_changed_event"]);
    assert_eq!(names[2..], end);
    assert_eq!(events[2]["appId"], "/web");
}

#[test]
fn a_container_that_nobody_knows_is_told_by_its_name() {
    let mut scene = Scene::new();
    let stranger = TaskId::new("shop_web.instance-0b1c._app.1");
    scene.join(vec![TaskReport { task: stranger.clone(), status: TaskStatus::Running { address: None } }]);
    scene.report(&stranger, TaskStatus::Gone);
    let (names, events) = scene.look();
    assert_eq!(names, ["unknown_instance_terminated_event"]);
    assert_eq!(
        (&events[0]["runSpecId"], &events[0]["instanceId"]),
        (&"/shop/web".into(), &"shop_web.instance-0b1c".into())
    );
}
