//! Rows of pods (marathon-v2, section 8.9).

use super::row::{Answer, Row, delete, get, patch, post, put};
use super::running::Running;
use reqwest::Method;
use serde_json::{Value, json};

fn pod(id: &str) -> Value {
    json!({
        "id": id, "scaling": { "kind": "fixed", "instances": 2 }, "networks": [{ "mode": "container/bridge" }],
        "executorResources": { "cpus": 0.1, "mem": 32, "disk": 10 }, "version": "2017-01-01T00:00:00.000Z",
        "scheduling": { "placement": { "constraints": [], "acceptedResourceRoles": [] } },
        "containers": [
            { "name": "web", "image": { "kind": "DOCKER", "id": "nginx" }, "resources": { "cpus": 0.1, "mem": 16 },
              "endpoints": [{ "name": "http", "containerPort": 80, "hostPort": 0, "protocol": ["tcp"] }] },
            { "name": "side", "image": { "kind": "DOCKER", "id": "busybox" }, "resources": { "cpus": 0.1, "mem": 16 } },
        ],
    })
}

/// The answer names the deployment in a header.
fn deploys(row: Row) -> Row {
    row.claim("the deployment is in a header", |answer: &Answer| answer.headers.contains_key("marathon-deployment-id"))
}

fn unknown(row: Row) -> Row {
    row.status(404).says("", json!({ "message": "Pod '/none' does not exist" }))
}

pub(super) fn created() -> Vec<Row> {
    let app = json!({ "id": "/web", "cmd": "serve", "cpus": 0.1, "mem": 16, "container": { "docker": { "image": "busybox" } } });
    let mut twice = pod("/bad");
    twice["containers"][1]["name"] = json!("web");
    let mut none = pod("/bad");
    none["containers"] = json!([]);
    vec![
        Row::new("pods are there", Method::HEAD, "/v2/pods").text(""),
        get("none yet", "/v2/pods").says("", json!([])),
        get("none yet", "/v2/pods/::status").says("", json!([])),
        unknown(get("an unknown pod", "/v2/pods/none")),
        unknown(get("its status", "/v2/pods/none::status")),
        unknown(get("its versions", "/v2/pods/none::versions")),
        unknown(delete("an unknown pod", "/v2/pods/none")),
        unknown(delete("its instances", "/v2/pods/none::instances").sends("[]")),
        post("no JSON", "/v2/pods").sends("{").status(400).says("/message", "Invalid JSON"),
        post("no id", "/v2/pods").sends("{}").status(422).says("/details/0/path", "/id"),
        post("no object", "/v2/pods").sends("[]").status(422).says("/details/0/errors/0", "error.expected.jsobject"),
        post("no containers", "/v2/pods").sends(none).status(422).says("/details/0/path", "/containers"),
        post("two containers of a name", "/v2/pods")
            .sends(twice)
            .status(422)
            .says("/details/0/path", "/containers(1)/name"),
        post("a wrong type", "/v2/pods")
            .sends(json!({ "id": "/bad", "containers": [{ "name": 1, "image": { "id": "a" } }] }))
            .status(422)
            .says("/details/0/path", "/containers(0)/name")
            .says("/details/0/errors/0", "error.expected.jsstring"),
        deploys(post("a new pod, as Marathon writes one", "/v2/pods").sends(pod("shop/pod")))
            .status(201)
            .header("location", Some("/v2/pods/shop/pod"))
            .says("/id", "/shop/pod")
            .says("/scaling/instances", 2)
            .says("/scheduling/backoff/maxLaunchDelay", 300)
            .says("/containers/1/resources", json!({ "cpus": 0.1, "mem": 16, "disk": 0, "gpus": 0 })),
        post("a path that is taken", "/v2/pods?force=true")
            .sends(pod("/shop/pod"))
            .status(409)
            .says("", json!({ "message": "A pod with id [/shop/pod] already exists." })),
        post("an app", "/v2/apps").sends(app).status(201),
        post("the path of an app", "/v2/pods")
            .sends(pod("/web"))
            .status(422)
            .says("/details/0/errors/0", "Applications and Pods may not share the same id."),
        put("an app as a pod", "/v2/pods/web").sends(pod("/web")).status(422),
        put("a pod as an app", "/v2/apps/shop/pod")
            .sends(json!({ "instances": 1 }))
            .status(422)
            .says("/details/0/errors/0", "Applications and Pods may not share the same id."),
    ]
}

/// None of `/v2/apps` and `/v2/tasks` is about pods.
pub(super) fn shown(running: &Running) -> Vec<Row> {
    let task = running.tasks("/shop/pod")[0].as_str().to_owned();
    let instance = task.split("._").next().unwrap_or_default().to_owned();
    let no_app = |row: Row| row.status(404).says("/message", "App '/shop/pod' does not exist");
    vec![
        get("all pods", "/v2/pods").lists("", "id", ["/shop/pod"]),
        get("one", "/v2/pods//shop/pod/").says("/id", "/shop/pod").lists("/containers", "name", ["web", "side"]),
        get("how all stand", "/v2/pods/::status").lists("", "id", ["/shop/pod"]).says("/0/status", "STABLE"),
        get("how one stands", "/v2/pods/shop/pod::status")
            .says("/status", "STABLE")
            .says("/instances/0/id", instance)
            .says("/instances/0/status", "STABLE")
            .lists("/instances/0/containers", "name", ["web", "side"])
            .says("/instances/0/containers/0/status", "TASK_RUNNING")
            .has("/instances/0/containers/0/endpoints/0/allocatedHostPort")
            .has("/instances/0/agentHostname"),
        get("a word that is none", "/v2/pods/shop/pod::nonsense").status(404),
        get("apps", "/v2/apps").lists("/apps", "id", ["/web"]),
        no_app(get("no app", "/v2/apps/shop/pod")),
        no_app(get("its tasks", "/v2/apps/shop/pod/tasks")),
        no_app(get("its versions", "/v2/apps/shop/pod/versions")),
        no_app(delete("its removal", "/v2/apps/shop/pod")),
        no_app(delete("its tasks", "/v2/apps/shop/pod/tasks")),
        no_app(post("its restart", "/v2/apps/shop/pod/restart")),
        get("tasks", "/v2/tasks").lists("/tasks", "appId", ["/web"]),
        get("groups", "/v2/groups").says("/groups/0/pods/0/id", "/shop/pod").says("/groups/0/apps", json!([])),
        get("a group without its pods", "/v2/groups/shop?embed=group.apps").lacks("/pods"),
        put("another list of apps keeps pods", "/v2/groups/shop").sends(json!({ "apps": [] })),
        put("nor are they scaled", "/v2/groups/shop").sends(json!({ "scaleBy": 2 })),
        get("as it was", "/v2/pods/shop/pod").says("/scaling/instances", 2),
    ]
}

/// `shown` is what a client got.
pub(super) fn updated(shown: Value) -> Vec<Row> {
    let first = shown["version"].as_str().unwrap_or_default().to_owned();
    let mut larger = shown.clone();
    larger["scaling"]["instances"] = json!(3);
    let mut other = shown.clone();
    other["id"] = json!("/other");
    vec![
        deploys(put("what was shown, sent back", "/v2/pods/shop/pod").sends(shown)),
        put("another id", "/v2/pods/shop/pod")
            .sends(other)
            .status(400)
            .says("/message", "'/shop/pod' does not match definition's id ('/other')"),
        put("a status is not put", "/v2/pods/shop/pod::status").sends(pod("/shop/pod")).status(405),
        patch("nor is a pod patched", "/v2/pods/shop/pod").sends("{}").status(405),
        post("nor are its instances made", "/v2/pods/shop/pod::instances").sends("[]").status(405),
        get("or read", "/v2/pods/shop/pod::instances").status(405).header("allow", Some("DELETE")),
        deploys(put("a larger one", "/v2/pods/shop/pod?force=true").sends(larger)).says("/scaling/instances", 3),
        deploys(put("one that was not there", "/v2/pods/new").sends(pod("new"))).says("/id", "/new"),
        get("versions", "/v2/pods/shop/pod::versions").claim("the first is the last", move |answer| {
            answer.json.as_array().and_then(|all| all.last()?.as_str()) == Some(first.as_str())
        }),
        get("no moment", "/v2/pods/shop/pod::versions/yesterday").status(422),
        get("none at that moment", "/v2/pods/shop/pod::versions/2001-01-01T00:00:00.000Z").status(404),
    ]
}

pub(super) fn killed(running: &Running, first: &str) -> Vec<Row> {
    let instance = |n: usize| running.tasks("/shop/pod")[n].as_str().split("._").next().unwrap_or_default().to_owned();
    let one = instance(1);
    vec![
        get("what it was", format!("/v2/pods/shop/pod::versions/{first}")).says("/scaling/instances", 2),
        delete("instances", "/v2/pods/shop/pod::instances").sends(json!([instance(0), "none"])).lists(
            "",
            "id",
            [&instance(0)],
        ),
        delete("no list", "/v2/pods/shop/pod::instances").sends("{}").status(422),
        delete("no text", "/v2/pods/shop/pod::instances").sends("[1]").status(422).says("/details/0/path", "/(0)"),
        delete("one", format!("/v2/pods/shop/pod::instances/{one}")).says("/id", one.as_str()),
        delete("an unknown one", "/v2/pods/shop/pod::instances/none")
            .status(404)
            .says("/message", "Instance 'none' does not exist"),
    ]
}

pub(super) fn removed() -> Vec<Row> {
    vec![
        deploys(delete("a pod", "/v2/pods/shop/pod")).status(202).claim("its place is the deployment's", |answer| {
            let header = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("?");
            header("location") == format!("/v2/deployments/{}", header("marathon-deployment-id"))
        }),
        unknown(delete("it is gone", "/v2/pods/none")),
        get("it is not wanted", "/v2/pods").lists("", "id", ["/new"]),
    ]
}
