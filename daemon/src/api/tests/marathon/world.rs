//! A master with one agent and some apps, brought to a known state by hand: nothing runs, and nothing moves.

use crate::api::tests::{Server, server};
use serde_json::{Value, json};
use ship_core::cluster::{Commit, Input, TaskReport};
use ship_core::manifest::{AppFile, Defaults, normalise};
use ship_core::model::{AgentId, AgentInfo, AppId, CommitId, GroupId, TaskId, TaskStatus, Wanted};
use std::sync::Arc;

pub(super) struct World {
    pub(super) server: Server,
    /// The deployment that is under way.
    pub(super) deployment: String,
}

/// `/shop/web` runs with two tasks, `/shop/db` keeps failing, `/job` has no ports and `/big` fits nowhere.
pub(super) async fn with_apps() -> World {
    let server = server().await;
    server.agent_joins().await;
    let image = |image: &str| json!({ "docker": { "image": image } });
    let deployment = server
        .wants([
            json!({
                "id": "/shop/web", "cmd": "httpd -f", "instances": 2, "cpus": 0.1, "mem": 32, "container": {
                    "docker": { "image": "busybox" }, "portMappings": [{ "containerPort": 80 }] },
                "networks": [{ "mode": "container/bridge" }], "labels": { "HAPROXY_GROUP": "external", "tier": "web" },
                "healthChecks": [{ "path": "/" }],
            }),
            json!({ "id": "/shop/db", "backoffSeconds": 3600, "maxLaunchDelaySeconds": 3600, "cpus": 0.1, "mem": 32, "container": image("db"), "labels": { "tier": "db" } }),
            json!({ "id": "/job", "cmd": "work", "cpus": 0.1, "mem": 32, "container": image("job"), "portDefinitions": [] }),
            json!({ "id": "/big", "cpus": 64, "container": image("big") }),
        ])
        .await;
    for app in ["/shop/web", "/job"] {
        for task in server.tasks_of(app) {
            server.reports(&task, TaskStatus::Running { address: Some("172.17.0.2".into()) }).await;
        }
    }
    server.reports(&server.tasks_of("/shop/web")[0], TaskStatus::Health { healthy: true, cause: None }).await;
    let failing = server.tasks_of("/shop/db")[0].clone();
    server
        .reports(&failing, TaskStatus::Exited { code: 3, out_of_memory: false, log_tail: Vec::new(), container: None })
        .await;
    World { server, deployment }
}

/// `/shop/many` with so many tasks, all of them still to start, and an app before and after it.
pub(super) async fn with_many_tasks(tasks: usize) -> Server {
    let server = server().await;
    server.agent_joins().await;
    let app = |id: &str, instances: usize| {
        let container = json!({ "docker": { "image": "busybox" } });
        json!({ "id": id, "instances": instances, "cpus": 0.001, "mem": 1, "portDefinitions": [], "container": container })
    };
    server.wants([app("/before", 0), app("/shop/many", tasks), app("/shop/next", 0)]).await;
    server
}

impl World {
    pub(super) fn task(&self, app: &str) -> TaskId {
        self.server.tasks_of(app)[0].clone()
    }

    /// The version that an app has now.
    pub(super) fn version(&self, app: &str) -> String {
        let record = self.server.master.snapshot().app_record(&id(app)).cloned().expect("a known app");
        record.wanted_version().0.rfc3339()
    }
}

fn id(app: &str) -> AppId {
    AppId::parse(app).expect("an id")
}

impl Server {
    async fn agent_joins(&self) {
        let info: AgentInfo = serde_json::from_value(json!({
            "id": "agent-1", "hostname": "node-1", "resources": { "cpus": 4, "mem": 1024, "disk": 1024, "gpus": 0 },
            "ports": [{ "first": 31000, "last": 31099 }], "attributes": { "rack": "r1" }, "zone": "z1", "region": null,
            "engine": { "up": { "version": "test" } },
        }))
        .expect("the form that the core writes");
        self.master.command(Input::AgentJoined { info, tasks: Vec::new() }).await.expect("the master runs");
    }

    /// Answers with the deployment.
    async fn wants<const N: usize>(&self, files: [Value; N]) -> String {
        let app = |file: Value| -> AppFile { serde_json::from_value(file).expect("an app file") };
        let apps =
            files.map(|file| normalise(&app(file), &GroupId::root(), &Defaults::default()).expect("a valid app"));
        let apps = apps.into_iter().map(|spec| (spec.id.clone(), Arc::new(spec))).collect();
        let (author, subject) = ("A <a@b.example>".to_owned(), "apps".to_owned());
        let commit = Commit { id: CommitId::new("c1"), author, subject, reverts: None, version: None };
        let wanted = Wanted { apps, ..Wanted::default() };
        self.master.desire(commit, wanted).await.expect("the master runs").expect("a deployment").to_string()
    }

    fn tasks_of(&self, app: &str) -> Vec<TaskId> {
        self.master.snapshot().tasks_of(&id(app)).map(|task| task.id.clone()).collect()
    }

    async fn reports(&self, task: &TaskId, status: TaskStatus) {
        let report = TaskReport { task: task.clone(), status };
        let input = Input::TaskUpdate { agent: AgentId::new("agent-1"), report };
        self.master.command(input).await.expect("the master runs");
    }
}
