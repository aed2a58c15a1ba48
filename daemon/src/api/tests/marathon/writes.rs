//! Rows of what changes something (marathon-v2, sections 8.2 to 8.5).

use super::row::{Answer, Row, delete, get, patch, post, put};
use super::running::Running;
use serde_json::{Value, json};

const LOCKED: &str = "App is locked by one or more deployments. Override with the option '?force=true'. \
                      View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

fn app(id: &str) -> Value {
    json!({ "id": id, "cmd": "serve", "cpus": 0.1, "mem": 16, "container": { "docker": { "image": "busybox" } } })
}

/// The answer names a deployment, in the body and in the header.
fn deploys(row: Row) -> Row {
    row.claim("a deployment is named twice", |answer: &Answer| {
        let header = answer.headers.get("marathon-deployment-id").and_then(|value| value.to_str().ok());
        let version = answer.json["version"].as_str().unwrap_or_default();
        answer.json["deploymentId"].as_str() == header && header.is_some() && version.ends_with('Z')
    })
}

fn no_app(row: Row) -> Row {
    row.status(404).says("", json!({ "message": "App '/none' does not exist" }))
}

pub(super) fn refused_before_the_first() -> Vec<Row> {
    let web = "/v2/apps/web";
    vec![
        post("no JSON", "/v2/apps").sends("{\"id\": \"a\",").status(400).says("/message", "Invalid JSON").claim(
            "the place is told",
            |answer| answer.json["details"].as_str().is_some_and(|text| text.contains("line 1 column 11")),
        ),
        post("nothing", "/v2/apps").status(400).says("/message", "Please specify data in JSON format"),
        post("no object", "/v2/apps").sends("[]").status(422).says("/details/0/errors/0", "error.expected.jsobject"),
        post("no id", "/v2/apps").sends("{}").status(422).says("/details/0/path", "/id"),
        post("an id that is none", "/v2/apps").sends(app("No Id")).status(422).says("/message", "Object is not valid"),
        post("an id of another type", "/v2/apps")
            .sends(json!({ "id": 1 }))
            .status(422)
            .says("/details/0/errors/0", "error.expected.jsstring"),
        post("a wrong type", "/v2/apps")
            .sends(json!({ "id": "a", "instances": "two", "container": { "docker": { "image": "b" } } }))
            .status(422)
            .says("/message", "Invalid JSON")
            .says("/details/0/path", "/instances")
            .says("/details/0/errors/0", "error.expected.jsnumber"),
        post("a fraction of an instance", "/v2/apps")
            .sends(json!({ "id": "a", "instances": 1.5, "container": { "docker": { "image": "b" } } }))
            .status(422),
        post("a rule that is broken", "/v2/apps")
            .sends(json!({ "id": "a", "args": ["b"], "cmd": "c", "container": { "docker": { "image": "b" } } }))
            .status(422)
            .says("/message", "Object is not valid")
            .says("/details/0/path", "/args"),
        post("a place in a list", "/v2/apps")
            .sends(json!({ "id": "a", "container": { "docker": { "image": "b" }, "volumes": [{ "containerPath": "/a", "mode": "RW" }] } }))
            .status(422)
            .says("/details/0/path", "/container/volumes(0)"),
        put("which of several is wrong", "/v2/apps")
            .sends(json!([app("/one"), { "id": "two", "instances": "x", "container": { "docker": { "image": "b" } } }]))
            .status(422)
            .lists("/details", "path", ["/(1)/instances"]),
        put("which of several has no id", "/v2/apps")
            .sends(json!([app("/one"), {}]))
            .status(422)
            .lists("/details", "path", ["/(1)/id"]),
        put("which app of a group is wrong", "/v2/groups")
            .sends(json!({ "id": "/g", "apps": [app("a")], "groups": [{ "id": "h", "apps": [app("b"), { "id": "c" }] }] }))
            .status(422)
            .lists("/details", "path", ["/groups(0)/apps(1)"]),
        put("the same before it is done", "/v2/groups/g?dryRun=true")
            .sends(json!({ "apps": [app("a"), { "id": "b", "mem": -1, "container": { "docker": { "image": "b" } } }] }))
            .status(422)
            .lists("/details", "path", ["/apps(1)/mem"]),
        post("an app of a group that is none", "/v2/groups")
            .sends(json!({ "id": "/g", "apps": [3] }))
            .status(422)
            .lists("/details", "path", ["/apps(0)"]),
        post("a flag that is none", "/v2/apps?force=perhaps").sends(app("/web")).status(400).has("/message"),
        put("an update of nothing", web).sends("").status(400),
        patch("a patch of an unknown app", "/v2/apps/none").sends(json!({ "instances": 1 })).status(404),
        no_app(delete("an unknown app", "/v2/apps/none")),
        no_app(post("restart of an unknown app", "/v2/apps/none/restart")),
        no_app(delete("tasks of an unknown app", "/v2/apps/none/tasks")),
        no_app(delete("a task of an unknown app", "/v2/apps/none/tasks/none.1")),
        delete("an unknown group", "/v2/groups/none").status(404).says("/message", "Group '/none' does not exist"),
        delete("an unknown deployment", "/v2/deployments/none")
            .status(404)
            .says("/message", "DeploymentPlan none does not exist"),
        post("POST below apps is for restarts", "/v2/apps/web")
            .sends(app("/web"))
            .status(405)
            .has("/message")
            .header("allow", Some("GET,HEAD,PUT,PATCH,DELETE")),
        put("versions are not put", "/v2/apps/web/versions").sends("{}").status(405).header("allow", Some("GET,HEAD")),
        delete("apps are not removed by a pattern", "/v2/apps/*").status(405).header("allow", Some("GET,HEAD")),
        delete("a group's apps neither", "/v2/groups/shop/apps").status(405).header("allow", Some("GET,HEAD")),
        get("a path that is no text", "/v2/apps/%ff").status(400).has("/message"),
        get("a path with a zero", "/v2/apps/%00").status(404),
        get("nothing of it was done", "/v2/apps").says("/apps", json!([])),
    ]
}

pub(super) fn created() -> Vec<Row> {
    let bridge = json!({
        "id": "old", "cmd": null, "ports": null, "dependencies": null, "acceptedResourceRoles": null, "cpus": 0.1, "mem": 16,
        "container": { "type": "DOCKER", "docker": { "image": "nginx", "network": "BRIDGE",
            "portMappings": [{ "containerPort": 80, "hostPort": 0, "servicePort": 10001, "protocol": "tcp" }] } },
        "constraints": [["hostname", "unique", ""]], "upgradeStrategy": { "minimumHealthCapacity": 0 }, "tasksRunning": 3, "versionInfo": {},
    });
    vec![
        post("a new app", "/v2/apps")
            .sends(app("web"))
            .status(201)
            .header("location", Some("/v2/apps/web"))
            .says("/id", "/web")
            .says("/instances", 1)
            .has("/deployments/0/id")
            .has("/tasks")
            .lacks("/versionInfo")
            .claim("the deployment is in the header", |answer| {
                answer.headers["marathon-deployment-id"] == answer.json["deployments"][0]["id"].as_str().unwrap_or("")
            }),
        post("an id that is taken", "/v2/apps")
            .sends(app("/web"))
            .status(409)
            .says("", json!({ "message": "An app with id [/web] already exists." })),
        post("an app of long ago, as a form", "/v2/apps?force=False")
            .with("content-type", "application/x-www-form-urlencoded")
            .sends(bridge)
            .status(201)
            .says("/networks/0/mode", "container/bridge")
            .says("/container/portMappings/0/servicePort", 10001)
            .says("/constraints", json!([["hostname", "UNIQUE"]])),
        deploys(put("an unknown app is made", "/v2/apps/shop/db").sends(app("ignored")))
            .status(201)
            .header("location", Some("/v2/apps/shop/db")),
        deploys(
            put("several at once", "/v2/apps?force=true")
                .sends(json!([app("/shop/web"), { "id": "web", "labels": { "a": "b" } }])),
        ),
        get("all are there", "/v2/apps").lists("/apps", "id", ["/old", "/shop/db", "/shop/web", "/web"]),
    ]
}

pub(super) fn updated(running: &Running) -> Vec<Row> {
    let before = running.instances("/web");
    vec![
        deploys(put("scaled", "/v2/apps//web").sends(json!({ "instances": before + 1 }))),
        deploys(put("by force", "/v2/apps/web?force=True").sends(json!({ "env": { "A": "1" }, "cmd": null }))),
        deploys(put("nothing changes", "/v2/apps/web?force=true").sends(json!({ "env": { "A": "1" } }))),
        get("fields that were not sent stay", "/v2/apps/web")
            .says("/app/instances", 2)
            .says("/app/labels", json!({ "a": "b" }))
            .says("/app/env", json!({ "A": "1" }))
            .says("/app/cmd", "serve"),
        deploys(patch("patched", "/v2/apps/web?force=true").sends(json!({ "args": ["run"] }))),
        get("args take the place of cmd", "/v2/apps/web").says("/app/args", json!(["run"])).lacks("/app/cmd"),
        deploys(put("replaced", "/v2/apps/web?force=true&partialUpdate=false").sends(app("/web"))),
        get("what was not sent is gone", "/v2/apps/web")
            .says("/app/labels", json!({}))
            .lacks("/app/env")
            .lacks("/app/args"),
        deploys(
            patch("several are patched", "/v2/apps?force=true")
                .sends(json!([{ "id": "/web", "mem": 20 }, { "id": "old", "mem": 20 }])),
        ),
        patch("one of them unknown", "/v2/apps?force=true")
            .sends(json!([{ "id": "/web", "mem": 24 }, { "id": "none", "mem": 24 }]))
            .status(404),
        put("an element without an id", "/v2/apps?force=true").sends(json!([{ "mem": 24 }])).status(422),
        get("all or nothing", "/v2/apps/web").says("/app/mem", 20),
        put("a bad update", "/v2/apps/web?force=true")
            .sends(json!({ "mem": -1 }))
            .status(422)
            .says("/details/0/path", "/mem"),
        put("upgradeStrategy in part", "/v2/apps/web?force=true")
            .sends(json!({ "upgradeStrategy": { "minimumHealthCapacity": 0.5 } })),
        deploys(post("restarted", "/v2/apps/web/restart?force=true")),
        put("version and more", "/v2/apps/web")
            .sends(json!({ "version": "2020-01-01T00:00:00.000Z", "mem": 1 }))
            .status(422)
            .says("/details/0/errors/0", "The 'version' field may only be combined with the 'id' field."),
        put("no moment", "/v2/apps/web").sends(json!({ "version": "then" })).status(422),
        put("a version that never was", "/v2/apps/web")
            .sends(json!({ "version": "2020-01-01T00:00:00.000Z" }))
            .status(404)
            .says("/message", "App '/web' does not exist in version 2020-01-01T00:00:00.000Z"),
    ]
}

pub(super) fn groups() -> Vec<Row> {
    let steps = json!([{ "actions": [{ "action": "ScaleApplication", "app": "/shop/db" }, { "action": "ScaleApplication", "app": "/shop/web" }] }]);
    vec![
        deploys(post("a new group", "/v2/groups").sends(json!({ "id": "/team", "groups": [
            { "id": "one", "apps": [app("a"), app("b")] }, { "id": "two", "apps": [app("c")], "dependencies": ["../one"] },
        ] })))
        .status(201)
        .header("location", Some("/v2/groups/team")),
        post("a group that is there", "/v2/groups")
            .sends(json!({ "id": "/team" }))
            .status(409)
            .says("/message", "Group /team is already created. Use PUT to change this group."),
        post("a path that is an app's", "/v2/groups")
            .sends(json!({ "id": "/web" }))
            .status(409)
            .says("/message", "An app with the path /web already exists."),
        post("no child", "/v2/groups")
            .sends(json!({ "id": "/other", "apps": [app("/web/x")] }))
            .status(422)
            .says("/details/0", json!({ "path": "/apps(0)/id", "errors": ["Identifier is not child of '/other'"] })),
        put("what would be done", "/v2/groups/shop?dryRun=true").sends(json!({ "scaleBy": 3 })).says("/steps", steps),
        deploys(put("scaled", "/v2/groups/shop?force=true").sends(json!({ "scaleBy": 2.5 }))),
        get("rounded up", "/v2/apps/shop/db").says("/app/instances", 3),
        deploys(put("listed ones stay", "/v2/groups/team?force=true").sends(json!({ "groups": [{ "id": "one", "apps": [app("b")] }] }))),
        get("unlisted ones go", "/v2/apps?id=team").lists("/apps", "id", ["/team/one/b"]),
        put("an old form of going back", "/v2/groups/shop/versions/2020-01-01T00:00:00.000Z").status(404),
        put("scaleBy and more", "/v2/groups/shop")
            .sends(json!({ "scaleBy": 2, "apps": [] }))
            .status(422)
            .says("/details/0/errors/0", "not allowed in conjunction with other properties."),
        put("less than nothing", "/v2/groups/shop").sends(json!({ "scaleBy": -2 })).status(422),
        put("a version that never was", "/v2/groups/shop")
            .sends(json!({ "version": "2020-01-01T00:00:00.000Z" }))
            .status(404)
            .says("/message", "Group '/shop' does not exist in version 2020-01-01T00:00:00.000Z"),
        patch("roles are not enforced", "/v2/groups/team").sends(json!({ "enforceRole": false })),
        patch("and cannot be", "/v2/groups/team").sends(json!({ "enforceRole": true })).status(422),
        deploys(delete("removed", "/v2/groups/team?force=true")),
        get("with all below", "/v2/apps?id=team").says("/apps", json!([])),
    ]
}

pub(super) fn killed(running: &Running) -> Vec<Row> {
    let tasks = running.tasks("/shop/db");
    let [first, second, third] = tasks.as_slice() else { panic!("three tasks: {tasks:?}") };
    let one = |task| format!("/v2/apps/shop/db/tasks/{task}");
    vec![
        delete("both at once", format!("{}?scale=true&wipe=true", one(first)))
            .status(400)
            .says("/message", "You cannot use scale and wipe at the same time."),
        delete("a task that is not there", one(&ship_core::model::TaskId::new("shop_db.none")))
            .status(404)
            .says("/message", "Task 'shop_db.none' does not exist"),
        delete("another app's task", format!("/v2/apps/web/tasks/{first}")).status(404),
        delete("one task", one(first)).says("/task/id", first.as_str()).header("marathon-deployment-id", None),
        delete("wiped", format!("{}?wipe=true", one(second))).says("/task/id", second.as_str()),
        get("the number stays", "/v2/apps/shop/db").says("/app/instances", 3),
        deploys(delete("one less", format!("{}?scale=true&force=true", one(third)))),
        get("the number falls", "/v2/apps/shop/db").says("/app/instances", 2),
        delete("nobody's host", "/v2/apps/shop/db/tasks?host=nowhere").says("/tasks", json!([])),
        delete("any host", "/v2/apps/shop/web/tasks?host=*").has("/tasks/0/id"),
        post("by name", "/v2/tasks/delete")
            .sends(json!({ "ids": ["web.none", "shop_db.none"] }))
            .says("/tasks", json!([])),
        post("a name that is none", "/v2/tasks/delete").sends(json!({ "ids": ["web"] })).status(400),
        post("no names", "/v2/tasks/delete").sends(json!({})).status(422),
    ]
}

pub(super) fn removed() -> Vec<Row> {
    vec![
        deploys(delete("an app", "/v2/apps/web")),
        deploys(delete("by force or not", "/v2/apps/old?force=false")),
        no_app(delete("twice", "/v2/apps/none")),
        deploys(delete("everything", "/v2/groups?force=true")),
    ]
}

pub(super) fn under_way() -> Vec<Row> {
    vec![post("an app that does not come up", "/v2/apps").sends(app("/slow")).status(201)]
}

pub(super) fn locked(deployment: &str) -> Vec<Row> {
    let refused = json!({ "message": LOCKED, "deployments": [{ "id": deployment }] });
    let lock = |row: Row| row.status(409).says("", refused.clone());
    vec![
        lock(put("an update", "/v2/apps/slow").sends(json!({ "instances": 2 }))),
        lock(patch("a patch", "/v2/apps/slow?force=false").sends(json!({ "instances": 2 }))),
        lock(post("a restart", "/v2/apps/slow/restart")),
        lock(delete("a removal that must not be forced", "/v2/apps/slow?force=False")),
        lock(put("its group", "/v2/groups").sends(json!({ "scaleBy": 2 }))),
        post("another app", "/v2/apps").sends(app("/free")).status(201),
        put("a lock is no bar to a look", "/v2/groups?dryRun=true").sends(json!({ "scaleBy": 2 })).has("/steps/0"),
    ]
}

pub(super) fn cancelled(deployment: &str) -> Vec<Row> {
    vec![
        deploys(delete("taken back", format!("/v2/deployments/{deployment}"))),
        get("what it made is gone", "/v2/apps?id=slow").says("/apps", json!([])),
        get("and nothing else", "/v2/apps?id=free").lists("/apps", "id", ["/free"]),
        post("once more", "/v2/apps?force=true").sends(app("/slow")).status(201),
    ]
}

pub(super) fn changed_twice() -> Vec<Row> {
    vec![
        deploys(put("once", "/v2/apps/web?force=true").sends(json!({ "instances": 2 }))),
        deploys(put("twice", "/v2/apps/web?force=true").sends(json!({ "instances": 3, "env": { "A": "B" } }))),
    ]
}

/// On either network, each with a service port that is left open.
pub(super) fn with_open_ports() -> Vec<Row> {
    let mut bridge = app("/bridge");
    bridge["networks"] = json!([{ "mode": "container/bridge" }]);
    bridge["container"]["portMappings"] = json!([{ "containerPort": 80 }]);
    let apps = [post("the host's", "/v2/apps").sends(app("/host")), post("a bridge", "/v2/apps").sends(bridge)];
    apps.map(|row| row.status(201)).into()
}

/// All of an app as it was shown, but for one field. `version` would mean another thing.
pub(super) fn sent_back(app: &str, mut shown: Value) -> Vec<Row> {
    shown["version"] = Value::Null;
    shown["instances"] = 2.into();
    let now = get("scaled, and the port is still the chosen one", format!("/v2/apps{app}"));
    let now = ["/app/portDefinitions", "/app/container/portMappings"].into_iter().fold(now, |now, ports| {
        match shown.pointer(ports.trim_start_matches("/app")) {
            Some(same) => now.says(ports, same.clone()),
            None => now.lacks(ports),
        }
    });
    vec![
        deploys(put("all of it", format!("/v2/apps{app}?force=true")).sends(shown.clone())),
        now.says("/app/instances", 2),
    ]
}

/// All of a group as it was shown, each app with a label more.
pub(super) fn group_sent_back(mut shown: Value) -> Vec<Row> {
    shown["version"] = Value::Null;
    for app in shown["apps"].as_array_mut().into_iter().flatten() {
        app["labels"]["sent"] = "back".into();
    }
    let steps = json!([{ "actions": [{ "action": "ScaleApplication", "app": "/bridge" }, { "action": "ScaleApplication", "app": "/host" }] }]);
    vec![
        put("what it would do", "/v2/groups?dryRun=true").sends(shown.clone()).says("/steps", steps),
        deploys(put("all of a group", "/v2/groups?force=true").sends(shown)),
        get("it is done", "/v2/apps/host").says("/app/labels/sent", "back"),
    ]
}

pub(super) fn rolled_back(first: &str) -> Vec<Row> {
    vec![
        get("all versions", "/v2/apps/web/versions").has("/versions/2"),
        get("the first", format!("/v2/apps/web/versions/{first}")).says("/instances", 1).says("/version", first),
        get("no version of the past says how it stood", format!("/v2/apps/web/versions/{first}"))
            .lacks("/tasksRunning")
            .lacks("/versionInfo"),
        get("all versions of the root", "/v2/groups/versions").has("/2"),
        get("the root then", format!("/v2/groups/versions/{first}"))
            .says("/version", first)
            .lists("/apps", "id", ["/old", "/web"])
            .says("/apps/1/instances", 1),
        deploys(put("back", "/v2/apps/web?force=true").sends(json!({ "id": "web", "version": first }))),
        get("as a new version", "/v2/apps/web").says("/app/instances", 1).lacks("/app/env"),
    ]
}

pub(super) fn read_only() -> Vec<Row> {
    let refused = |row: Row| {
        row.status(403).claim("where to", |answer| {
            answer.json["hint"].as_str().is_some_and(|hint| hint.contains("of the repository"))
        })
    };
    vec![
        refused(post("an app", "/v2/apps").sends(app("/web"))),
        refused(put("an update", "/v2/apps/web").sends(json!({ "instances": 2 }))),
        refused(delete("a group", "/v2/groups/shop")),
    ]
}
