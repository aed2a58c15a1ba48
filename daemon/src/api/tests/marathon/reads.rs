//! Rows of what is only asked (marathon-v2, sections 8.1, 8.3 and 8.5).

use super::row::{Row, get};
use super::world::World;
use reqwest::Method;
use serde_json::json;

pub(super) fn rows(world: &World) -> Vec<Row> {
    [headers(), apps(), one_app(world), groups(world), tasks(world), deployments(world), queue()]
        .into_iter()
        .flatten()
        .collect()
}

fn head(name: &'static str, path: &'static str) -> Row {
    Row::new(name, Method::HEAD, path).text("")
}

fn headers() -> Vec<Row> {
    vec![
        get("every answer names a leader", "/v2/apps").claim("it is who was asked", |answer| {
            answer.headers["x-marathon-leader"].to_str().is_ok_and(|leader| leader.starts_with("http://127.0.0.1:"))
        }),
        get("frames are denied", "/v2/tasks")
            .header("x-frame-options", Some("DENY"))
            .header("pragma", Some("no-cache")),
        get("JSON says so", "/v2/apps").header("content-type", Some("application/json")),
        head("HEAD of a list", "/v2/apps").header("content-type", Some("application/json")),
        head("HEAD of an app", "/v2/apps/shop/web"),
        head("HEAD of an unknown app", "/v2/apps/none").status(404),
        head("HEAD of tasks", "/v2/tasks"),
        head("HEAD of deployments", "/v2/deployments"),
    ]
}

fn apps() -> Vec<Row> {
    let all = ["/big", "/job", "/shop/db", "/shop/web"];
    let list = |name, path: &str| get(name, path);
    vec![
        list("all apps, counted", "/v2/apps")
            .lists("/apps", "id", all)
            .says("/apps/3/tasksRunning", 2)
            .says("/apps/3/tasksHealthy", 1)
            .says("/apps/0/tasksStaged", 0)
            .has("/apps/0/deployments")
            .lacks("/apps/3/tasks")
            .lacks("/apps/2/lastTaskFailure"),
        list("a slash more", "/v2/apps/").lists("/apps", "id", all),
        list("two slashes more", "/v2/apps//").lists("/apps", "id", all),
        list("as Prometheus asks", "/v2/apps/?embed=apps.tasks")
            .says("/apps/3/tasks/0/host", "node-1")
            .says("/apps/3/container/portMappings/0/containerPort", 80)
            .says("/apps/3/networks/0/mode", "container/bridge"),
        list("as Traefik asks", "/v2/apps?embed=apps.tasks&embed=apps.deployments&embed=apps.readiness")
            .has("/apps/3/tasks/0/startedAt")
            .says("/apps/3/readinessCheckResults", json!([])),
        list("embed without a prefix", "/v2/apps?embed=tasks").has("/apps/3/tasks/0"),
        list("embed=apps.failures", "/v2/apps?embed=apps.failures").has("/apps/2/lastTaskFailure").has("/apps/3/tasks"),
        list("embed=apps.lastTaskFailure", "/v2/apps?embed=apps.lastTaskFailure")
            .says("/apps/2/lastTaskFailure/state", "TASK_FAILED")
            .says("/apps/2/lastTaskFailure/slaveId", "agent-1"),
        list("embed=apps.taskStats", "/v2/apps?embed=apps.taskStats")
            .says("/apps/3/tasksStats/totalSummary/stats/counts/running", 2)
            .has("/apps/3/tasksStats/withLatestConfig/stats/lifeTime/averageSeconds")
            .lacks("/apps/3/tasksStats/withOutdatedConfig")
            .header("etag", None),
        list("an unknown embed", "/v2/apps?embed=apps.sugar").lists("/apps", "id", all),
        list("by cmd", "/v2/apps?cmd=HTTPD").lists("/apps", "id", ["/shop/web"]),
        list("by id", "/v2/apps?id=SHOP").lists("/apps", "id", ["/shop/db", "/shop/web"]),
        list("by label", "/v2/apps?label=tier").lists("/apps", "id", ["/shop/db", "/shop/web"]),
        list("by a label's value", "/v2/apps?label=tier%3D%3Dweb").lists("/apps", "id", ["/shop/web"]),
        list("by another value", "/v2/apps?label=tier!%3Dweb").lists("/apps", "id", ["/shop/db"]),
        list("by a set", "/v2/apps?label=tier%20in%20(web,db),HAPROXY_GROUP").lists("/apps", "id", ["/shop/web"]),
        list("by none of a set", "/v2/apps?label=tier%20notin%20(web)").lists("/apps", "id", ["/shop/db"]),
        list("no app is asked for", "/v2/apps?id=none").says("", json!({ "apps": [] })),
        list("a selector that is none", "/v2/apps?label=tier%3Dweb").status(422).claim(
            "the reason is told",
            |answer| {
                answer.json["message"]
                    .as_str()
                    .is_some_and(|text| text.starts_with("Can not parse label selector tier=web"))
            },
        ),
    ]
}

fn one_app(world: &World) -> Vec<Row> {
    let missing = json!({ "message": "App '/none' does not exist" });
    vec![
        get("an app and how it stands", "/v2/apps/shop/web")
            .says("/app/id", "/shop/web")
            .says("/app/tasksRunning", 2)
            .says("/app/tasks/0/id", world.task("/shop/web").as_str())
            .says("/app/tasks/0/servicePorts", json!([]))
            .says("/app/tasks/0/healthCheckResults/0/alive", true)
            .says("/app/tasks/1/healthCheckResults", json!([]))
            .says("/app/deployments/0/id", world.deployment.as_str())
            .says("/app/version", world.version("/shop/web"))
            .has("/app/versionInfo/lastScalingAt")
            .lacks("/app/readinessCheckResults")
            .lacks("/app/lastTaskFailure"),
        get("the last failure unasked", "/v2/apps/shop/db")
            .says("/app/lastTaskFailure/message", "exited with code 3")
            .says("/app/lastTaskFailure/host", "node-1"),
        get("as marathon-python asks", "/v2/apps//shop/web?embed=app.counts&embed=app.readiness")
            .says("/app/readinessCheckResults", json!([])),
        get("app.taskStats", "/v2/apps/shop/web?embed=app.taskStats").has("/app/tasksStats/totalSummary"),
        get("a slash more", "/v2/apps/shop/web/").says("/app/id", "/shop/web"),
        get("no fields that strict clients do not know", "/v2/apps/job")
            .lacks("/app/check")
            .lacks("/app/tty")
            .lacks("/app/resourceLimits")
            .lacks("/app/executorResources")
            .lacks("/app/tasksStats")
            .lacks("/app/tasks/0/checkResult"),
        get("an unknown app", "/v2/apps/none").status(404).says("", missing.clone()),
        get("no id at all", "/v2/apps/No%20Id").status(404).has("/message"),
        get("a group and all below", "/v2/apps/shop/*")
            .lists("/*", "id", ["/shop/db", "/shop/web"])
            .has("/*/0/tasksRunning"),
        get("all below with tasks", "/v2/apps/shop/*?embed=apps.tasks").has("/*/1/tasks/1"),
        get("the root and all below", "/v2/apps/*").lists("/*", "id", ["/big", "/job", "/shop/db", "/shop/web"]),
        get("an unknown group", "/v2/apps/none/*").status(404).says("/message", "Group '/none' does not exist"),
        get("an app's tasks", "/v2/apps/shop/web/tasks").has("/tasks/1").lacks("/tasks/2"),
        get("an app's tasks as lines", "/v2/apps/job/tasks").with("accept", "text/plain").text("job\t \tnode-1\t\n"),
        get("tasks of a group", "/v2/apps/shop/*/tasks").has("/tasks/1").lacks("/tasks/2"),
        get("tasks of an unknown app", "/v2/apps/none/tasks").status(404).says("", missing.clone()),
        get("a task has no page", "/v2/apps/job/tasks/some.1").status(405).has("/message"),
        get("restart is no page", "/v2/apps/job/restart").status(405).has("/message"),
        get("versions of an unknown app", "/v2/apps/none/versions").status(404).says("", missing),
        get("a version that is no moment", "/v2/apps/job/versions/soon")
            .status(422)
            .says("/message", "Invalid timestamp provided 'soon'. Expecting ISO-8601 datetime string."),
        get("a version that never was", "/v2/apps/job/versions/2001-01-01T00:00:00.000Z")
            .status(404)
            .says("/message", "App '/job' does not exist in version 2001-01-01T00:00:00.000Z"),
    ]
}

fn groups(world: &World) -> Vec<Row> {
    let missing = json!({ "message": "Group '/none' does not exist" });
    vec![
        get("the root", "/v2/groups")
            .says("/id", "/")
            .lists("/apps", "id", ["/big", "/job"])
            .lists("/groups", "id", ["/shop"])
            .lists("/groups/0/apps", "id", ["/shop/db", "/shop/web"])
            .says("/groups/0/groups", json!([]))
            .says("/pods", json!([]))
            .says("/dependencies", json!([]))
            .says("/version", world.version("/job"))
            .has("/groups/0/apps/1/versionInfo")
            .lacks("/apps/0/tasksRunning"),
        get("a slash more", "/v2/groups/").says("/id", "/"),
        get("two slashes more", "/v2/groups//").says("/id", "/"),
        get("a group", "/v2/groups/shop").says("/id", "/shop").lists("/apps", "id", ["/shop/db", "/shop/web"]),
        get("as marathon-python asks", "/v2/groups//shop/").says("/id", "/shop"),
        get("apps alone", "/v2/groups?embed=group.apps").has("/apps/1").lacks("/groups").lacks("/pods"),
        get("groups alone", "/v2/groups?embed=group.groups").says("/groups/0/id", "/shop").lacks("/groups/0/apps"),
        get("with tasks", "/v2/groups/shop?embed=group.apps&embed=group.apps.tasks&embed=group.apps.counts")
            .has("/apps/1/tasks/1")
            .says("/apps/1/tasksRunning", 2),
        get("parts of apps by another prefix", "/v2/groups/shop?embed=group.apps&embed=apps.tasks")
            .lacks("/apps/1/tasks"),
        get("apps below a group", "/v2/groups/shop/apps").lists("", "id", ["/shop/db", "/shop/web"]),
        get("all apps as a plain list", "/v2/groups/apps").lists("", "id", ["/big", "/job", "/shop/db", "/shop/web"]),
        get("an unknown group", "/v2/groups/none").status(404).says("", missing.clone()),
        get("an app is no group", "/v2/groups/job").status(404).has("/message"),
        get("apps of an unknown group", "/v2/groups/none/apps").status(404).says("", missing.clone()),
        get("versions of the root", "/v2/groups/versions").says("", json!([])),
        get("versions of an unknown group", "/v2/groups/none/versions").status(404).says("", missing),
        get("a version that is no moment", "/v2/groups/shop/versions/soon").status(422).has("/message"),
        get("a version that never was", "/v2/groups/shop/versions/2001-01-01T00:00:00.000Z")
            .status(404)
            .says("/message", "Group '/shop' does not exist in version 2001-01-01T00:00:00.000Z"),
        head("HEAD of a group", "/v2/groups/shop"),
    ]
}

fn tasks(world: &World) -> Vec<Row> {
    let of = |status: &str| format!("/v2/tasks?{status}");
    let three = |row: Row| row.has("/tasks/2").lacks("/tasks/3");
    vec![
        three(get("all tasks", "/v2/tasks"))
            .says("/tasks/1/appId", "/shop/web")
            .says("/tasks/1/state", "TASK_RUNNING")
            .says("/tasks/1/slaveId", "agent-1")
            .says("/tasks/1/zone", "z1")
            .says("/tasks/1/servicePorts", json!([10002]))
            .says("/tasks/1/ipAddresses/0", json!({ "ipAddress": "172.17.0.2", "protocol": "IPv4" }))
            .header("vary", Some("accept")),
        three(get("a slash more", "/v2/tasks/")),
        three(get("running ones", of("status=running"))),
        get("staging ones", of("status=staging")).says("/tasks", json!([])),
        three(get("both, in the old form", of("status[]=running&status[]=staging"))),
        three(get("a status that is none", of("status=sleeping"))),
        get("as lines of text", "/v2/tasks")
            .with("accept", "text/plain")
            .header("content-type", Some("text/plain; charset=utf-8"))
            .claim("each app and service port has a line", |answer| {
                let lines: Vec<&str> = answer.text.lines().collect();
                lines.len() == 4 && lines[1] == "job\t \tnode-1\t" && lines[3].starts_with("shop_web\t10002\tnode-1:31")
            }),
        three(get("JSON where both will do", "/v2/tasks").with("accept", "*/*").claim("ids are whole", {
            let task = world.task("/job");
            move |answer| answer.json["tasks"][0]["id"] == task.as_str()
        })),
    ]
}

fn deployments(world: &World) -> Vec<Row> {
    vec![
        get("deployments under way", "/v2/deployments")
            .says("/0/id", world.deployment.as_str())
            .says("/0/affectedApps", json!(["/big", "/job", "/shop/db", "/shop/web"]))
            .says("/0/affectedPods", json!([]))
            .says("/0/steps/0/actions/0", json!({ "action": "StartApplication", "app": "/big" }))
            .says("/0/currentStep", 2)
            .says("/0/totalSteps", 2)
            .says("/0/currentActions/3/action", "ScaleApplication")
            .has("/0/currentActions/3/readinessCheckResults")
            .says("/0/version", world.version("/job")),
        get("a slash more", "/v2/deployments/").has("/0"),
    ]
}

fn queue() -> Vec<Row> {
    let delete = |name, path: &str| Row::new(name, Method::DELETE, path);
    vec![
        get("what waits to be launched", "/v2/queue")
            .says("/queue/0/app/id", "/big")
            .says("/queue/0/count", 1)
            .says("/queue/0/delay", json!({ "timeLeftSeconds": 0, "overdue": true }))
            .says("/queue/0/processedOffersSummary/processedOffersCount", 1)
            .says("/queue/0/processedOffersSummary/unusedOffersCount", 1)
            .has("/queue/0/processedOffersSummary/lastUnusedOfferAt")
            .says(
                "/queue/0/processedOffersSummary/rejectSummaryLastOffers/4",
                json!({ "reason": "InsufficientCpus", "declined": 1, "processed": 1 }),
            )
            .has("/queue/0/processedOffersSummary/rejectSummaryLaunchAttempt/9")
            .lacks("/queue/0/lastUnusedOffers")
            .lacks("/queue/0/role")
            .says("/queue/1/app/id", "/shop/db")
            .says("/queue/1/delay/overdue", false)
            .claim("the pause is an hour", |answer| {
                answer.json["queue"][1]["delay"]["timeLeftSeconds"].as_u64().is_some_and(|left| left > 3000)
            })
            .has("/queue/1/since")
            .lacks("/queue/2")
            .header("etag", None),
        get("with offers", "/v2/queue/?embed=lastUnusedOffers")
            .says("/queue/0/lastUnusedOffers/0/reason", json!(["InsufficientCpus"]))
            .says("/queue/0/lastUnusedOffers/0/offer/hostname", "node-1")
            .says("/queue/0/lastUnusedOffers/0/offer/attributes", json!([{ "name": "rack", "text": "r1" }])),
        head("HEAD of the queue", "/v2/queue"),
        delete("a pause is ended", "/v2/queue//shop/db/delay").status(204).text(""),
        get("then it waits no more", "/v2/queue").says("/queue/0/app/id", "/big").lacks("/queue/1"),
        delete("what does not wait", "/v2/queue/job/delay")
            .status(404)
            .says("", json!({ "message": "Application /job not found in tasks queue." })),
        delete("an unknown app", "/v2/queue/none/delay").status(404).has("/message"),
        delete("nothing there", "/v2/queue/shop/db").status(404).has("/message"),
    ]
}
