//! `/v2`: Marathon's own (marathon-v2, section 8). Ids may hold slashes; the routes behind them are wildcards.

use super::operation::{Operation, op};
use super::schema::{Schemas, list_of, wrapped};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use ship_core::protocol::marathon::{App, Definition, DeploymentInfo, InstanceStatus, Pod, PodStatus, QueueItem, Task};
use ship_repo::schemas as files;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const HEAD: Method = Method::HEAD;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;
const OK: StatusCode = StatusCode::OK;
const CREATED: StatusCode = StatusCode::CREATED;
const ACCEPTED: StatusCode = StatusCode::ACCEPTED;

/// What writes may be refused with.
const WRITE: [u16; 10] = [400, 403, 404, 405, 408, 409, 413, 422, 500, 503];

/// Bodies that several operations share.
struct Bodies {
    problem: Value,
    result: Value,
    app: Value,
    sent: Value,
    tasks: Value,
}

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let bodies = Bodies {
        problem: schemas.named("Problem", problem()),
        result: schemas.named("DeploymentResult", result()),
        app: schemas.answered::<App<'_>>(),
        sent: schemas.named("AppFile", files::app()),
        tasks: wrapped("tasks", &list_of(&schemas.answered::<Task<'_>>())),
    };
    let mut all = apps(schemas, &bodies);
    all.extend(groups(schemas, &bodies));
    all.extend(pods(schemas, &bodies));
    all.extend(tasks(&bodies));
    all.extend(deployments(schemas, &bodies));
    all.extend(server(&bodies));
    all.into_iter().map(|operation| or_another_word(operation, &bodies.problem)).collect()
}

/// What stands for an id may be one of Marathon's words, which has other methods: `/v2/apps/restart`.
fn or_another_word(operation: Operation, problem: &Value) -> Operation {
    match ["{appId}", "{groupId}", "{podId}"].iter().any(|id| operation.path.ends_with(id)) {
        true => operation.refuses(problem, [405]),
        false => operation,
    }
}

/// Of Marathon's own fields `message` alone is always there (marathon-v2, section 8.2).
fn problem() -> Value {
    json!({
        "type": "object", "required": ["message"], "properties": {
            "message": { "type": "string" },
            "details": { "description": "what is wrong where; a text if the body is no JSON" },
            "deployments": { "type": "array", "description": "those that lock an app", "items": {
                "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } } } },
            "hint": { "type": "string", "description": "what to do about it" },
        },
    })
}

/// Lists are left out where the request names others.
fn group(app: &Value, pod: &Value) -> Value {
    json!({
        "type": "object", "required": ["id", "dependencies", "version"], "properties": {
            "id": { "type": "string" },
            "apps": list_of(app),
            "groups": { "type": "array", "description": "groups like this one", "items": { "type": "object" } },
            "pods": list_of(pod),
            "dependencies": list_of(&json!({ "type": "string" })),
            "version": { "type": "string", "format": "date-time" },
        },
    })
}

fn result() -> Value {
    json!({
        "type": "object", "required": ["version", "deploymentId"], "properties": {
            "version": { "type": "string", "format": "date-time" }, "deploymentId": { "type": "string" },
        },
    })
}

fn force(operation: Operation) -> Operation {
    operation.flag("force", "take apps over from deployments that are under way")
}

fn embed(operation: Operation) -> Operation {
    operation.many(
        "embed",
        "tasks, counts, deployments, lastTaskFailure, failures, readiness, taskStats, each also with `apps.`",
    )
}

impl Bodies {
    /// A write that is answered with the deployment.
    fn deploys(&self, operation: Operation) -> Operation {
        force(operation).answers_like(OK, &self.result).refuses(&self.problem, WRITE)
    }

    /// The same with a body that is any of what clients send.
    fn put(&self, operation: Operation, body: &Value) -> Operation {
        self.deploys(operation.takes_like(body))
    }
}

fn apps(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
    let tag = "apps";
    let versions = wrapped("versions", &list_of(&json!({ "type": "string", "format": "date-time" })));
    let partial = |operation: Operation| operation.flag("partialUpdate", "false: what is not sent goes");
    let kill = |operation: Operation| {
        force(operation)
            .flag("scale", "as many instances less, and these are the ones that go")
            .flag("wipe", "their volumes go as well")
            .refuses(&of.problem, WRITE)
    };
    let update = json!({ "type": "object", "description": "fields of an app, or `version` alone to go back to it" });
    let below = wrapped("*", &list_of(&of.app));
    vec![
        embed(op(GET, "/v2/apps", tag, "All apps"))
            .query("cmd", "whose command holds this text")
            .query("id", "whose id holds this text")
            .query("label", "a selector: `tier`, `tier==web`, `tier in (web,api)`")
            .answers_like(OK, &wrapped("apps", &list_of(&of.app)))
            .ends(StatusCode::NOT_MODIFIED)
            .refuses(&of.problem, [422]),
        force(op(POST, "/v2/apps", tag, "A new app"))
            .takes_like(&of.sent)
            .answers_like(CREATED, &of.app)
            .refuses(&of.problem, WRITE),
        partial(of.put(op(PUT, "/v2/apps", tag, "Several apps at once: one commit"), &list_of(&update))),
        of.put(op(PATCH, "/v2/apps", tag, "The same, of apps that are there"), &list_of(&update)),
        embed(op(GET, "/v2/apps/{appId}", tag, "One app, with counts, tasks, deployments and its last failure"))
            .answers_like(OK, &wrapped("app", &of.app))
            .ends(StatusCode::NOT_MODIFIED)
            .refuses(&of.problem, [404]),
        embed(op(GET, "/v2/apps/{groupId}/*", tag, "All apps below a group"))
            .answers_like(OK, &below)
            .ends(StatusCode::NOT_MODIFIED)
            .refuses(&of.problem, [404]),
        partial(of.put(op(PUT, "/v2/apps/{appId}", tag, "Fields that are sent replace the app's own"), &update))
            .answers_like(CREATED, &of.result),
        of.put(op(PATCH, "/v2/apps/{appId}", tag, "The same, of an app that is there"), &update),
        of.deploys(op(DELETE, "/v2/apps/{appId}", tag, "Removes an app; by force unless told otherwise")),
        of.deploys(op(POST, "/v2/apps/{appId}/restart", tag, "Replaces all tasks of an app")),
        op(GET, "/v2/apps/{appId}/tasks", tag, "Its tasks; lines of text if asked for")
            .answers_like(OK, &of.tasks)
            .writes(OK, "text/plain")
            .ends(StatusCode::NOT_MODIFIED)
            .refuses(&of.problem, [404]),
        op(GET, "/v2/apps/{groupId}/*/tasks", tag, "Tasks of all apps below a group")
            .answers_like(OK, &of.tasks)
            .writes(OK, "text/plain")
            .ends(StatusCode::NOT_MODIFIED)
            .refuses(&of.problem, [404]),
        kill(op(DELETE, "/v2/apps/{appId}/tasks", tag, "Stops its tasks; they are replaced"))
            .query("host", "on this host alone")
            .answers_like(OK, &json!({ "anyOf": [&of.tasks, &of.result] })),
        kill(op(DELETE, "/v2/apps/{appId}/tasks/{taskId}", tag, "Stops one task; it is replaced"))
            .answers_like(OK, &json!({ "type": "object" })),
        op(GET, "/v2/apps/{appId}/versions", tag, "When it changed, the newest first")
            .answers_like(OK, &versions)
            .refuses(&of.problem, [404, 500]),
        op(GET, "/v2/apps/{appId}/versions/{version}", tag, "What it was then")
            .answers::<Definition<'_>>(schemas, OK)
            .refuses(&of.problem, [404, 422, 500]),
    ]
}

fn groups(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
    let tag = "groups";
    let group = group(&of.app, &schemas.answered::<Pod>());
    let update =
        json!({ "type": "object", "description": "`apps`, `groups`, `dependencies`; or `version` or `scaleBy` alone" });
    let versions = list_of(&json!({ "type": "string", "format": "date-time" }));
    let dry = |operation: Operation| operation.flag("dryRun", "say the steps, do nothing");
    let either = json!({ "anyOf": [&of.result, wrapped("steps", &json!({ "type": "array" }))] });
    let mut all = Vec::new();
    for (path, what) in [("/v2/groups", "the root"), ("/v2/groups/{groupId}", "a group")] {
        all.push(
            op(GET, path, tag, format!("The tree of {what}"))
                .many("embed", "group.apps, group.groups, group.pods, and `group.apps.` with parts of apps")
                .answers_like(OK, &group)
                .ends(StatusCode::NOT_MODIFIED)
                .refuses(&of.problem, [404]),
        );
        all.push(
            force(op(POST, path, tag, format!("A new group below {what}")))
                .takes_like(&update)
                .answers_like(CREATED, &of.result)
                .refuses(&of.problem, WRITE),
        );
        all.push(
            dry(force(op(PUT, path, tag, format!("Updates {what}: lists that are sent are complete"))))
                .takes_like(&update)
                .answers_like(OK, &either)
                .refuses(&of.problem, WRITE),
        );
        all.push(
            op(PATCH, path, tag, "Says whether its apps must have its role; they never must")
                .takes_like(&json!({ "type": "object", "properties": { "enforceRole": { "type": "boolean" } } }))
                .ends(OK)
                .refuses(&of.problem, [400, 408, 413, 422]),
        );
        all.push(of.deploys(op(DELETE, path, tag, format!("Removes {what} with all below"))));
    }
    for path in ["/v2/groups", "/v2/groups/{groupId}"] {
        all.push(
            op(GET, &format!("{path}/versions"), tag, "When it changed, the newest first")
                .answers_like(OK, &versions)
                .refuses(&of.problem, [404, 500]),
        );
        all.push(
            op(GET, &format!("{path}/versions/{{version}}"), tag, "What it was then")
                .answers_like(OK, &group)
                .refuses(&of.problem, [404, 422, 500]),
        );
        all.push(
            op(GET, &format!("{path}/apps"), tag, "All apps below as a plain list")
                .answers_like(OK, &list_of(&of.app))
                .ends(StatusCode::NOT_MODIFIED)
                .refuses(&of.problem, [404]),
        );
    }
    all
}

fn pods(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
    let tag = "pods";
    let sent = schemas.named("PodFile", files::pod());
    let (pod, status) = (schemas.answered::<Pod>(), schemas.answered::<PodStatus<'_>>());
    let instance = schemas.answered::<InstanceStatus<'_>>();
    let versions = list_of(&json!({ "type": "string", "format": "date-time" }));
    let read = |operation: Operation| operation.ends(StatusCode::NOT_MODIFIED).refuses(&of.problem, [404]);
    let writes = |operation: Operation| operation.refuses(&of.problem, WRITE);
    vec![
        op(HEAD, "/v2/pods", tag, "That there are pods").ends(OK),
        op(GET, "/v2/pods", tag, "All pods").answers_like(OK, &list_of(&pod)).ends(StatusCode::NOT_MODIFIED),
        writes(force(op(POST, "/v2/pods", tag, "A new pod"))).takes_like(&sent).answers_like(CREATED, &pod),
        read(op(GET, "/v2/pods/{podId}", tag, "One pod").answers_like(OK, &pod)),
        writes(force(op(
            PUT,
            "/v2/pods/{podId}",
            tag,
            "What is sent is all there is of it; it is made if it is not there",
        )))
        .takes_like(&sent)
        .answers_like(OK, &pod),
        writes(force(op(DELETE, "/v2/pods/{podId}", tag, "Removes a pod"))).ends(ACCEPTED),
        op(GET, "/v2/pods/::status", tag, "How all pods stand, those on their way out too")
            .answers_like(OK, &list_of(&status))
            .ends(StatusCode::NOT_MODIFIED),
        read(op(GET, "/v2/pods/{podId}::status", tag, "How one stands").answers_like(OK, &status)),
        op(GET, "/v2/pods/{podId}::versions", tag, "When it changed, the newest first")
            .answers_like(OK, &versions)
            .refuses(&of.problem, [404, 500]),
        op(GET, "/v2/pods/{podId}::versions/{version}", tag, "What it was then")
            .answers_like(OK, &pod)
            .refuses(&of.problem, [404, 422, 500]),
        writes(op(DELETE, "/v2/pods/{podId}::instances", tag, "Stops instances by id; they are replaced"))
            .takes_like(&list_of(&json!({ "type": "string" })))
            .answers_like(OK, &list_of(&instance)),
        writes(op(DELETE, "/v2/pods/{podId}::instances/{instanceId}", tag, "Stops one instance; it is replaced"))
            .answers_like(OK, &instance),
    ]
}

fn tasks(of: &Bodies) -> Vec<Operation> {
    let tag = "tasks";
    vec![
        op(GET, "/v2/tasks", tag, "All tasks, with their service ports; lines of text if asked for")
            .many("status", "`running`, `staging`")
            .answers_like(OK, &of.tasks)
            .writes(OK, "text/plain")
            .ends(StatusCode::NOT_MODIFIED),
        force(op(POST, "/v2/tasks/delete", tag, "Stops tasks by name"))
            .flag("scale", "as many instances less, and these are the ones that go")
            .flag("wipe", "their volumes go as well")
            .takes_like(&wrapped("ids", &list_of(&json!({ "type": "string" }))))
            .answers_like(OK, &json!({ "anyOf": [&of.tasks, &of.result] }))
            .refuses(&of.problem, WRITE),
    ]
}

fn deployments(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
    let queue = wrapped("queue", &list_of(&schemas.answered::<QueueItem<'_>>()));
    vec![
        op(GET, "/v2/deployments", "deployments", "What is being carried out")
            .answers::<Vec<DeploymentInfo<'_>>>(schemas, OK)
            .ends(StatusCode::NOT_MODIFIED),
        force(op(
            DELETE,
            "/v2/deployments/{deploymentId}",
            "deployments",
            "Takes its change back; by force, just ends it",
        ))
        .answers_like(OK, &of.result)
        .ends(StatusCode::ACCEPTED)
        .refuses(&of.problem, WRITE),
        op(GET, "/v2/queue", "queue", "Apps with tasks that wait for room or a pause, and what each agent lacks")
            .many("embed", "lastUnusedOffers")
            .answers_like(OK, &queue),
        op(DELETE, "/v2/queue/{appId}/delay", "queue", "Ends the pause after failures")
            .ends(StatusCode::NO_CONTENT)
            .refuses(&of.problem, [404, 405, 503]),
    ]
}

fn server(of: &Bodies) -> Vec<Operation> {
    let tag = "server";
    let leader = wrapped("leader", &json!({ "type": "string" }));
    vec![
        op(GET, "/v2/events", tag, "What happens in Marathon's words, as server-sent events; resumed with `Last-Event-ID`")
            .many("event_type", "events of these types alone")
            .query("plan-format", "`light`: without the groups before and after")
            .writes(OK, "text/event-stream")
            .refuses(&of.problem, [406]),
        op(GET, "/v2/info", tag, "Versions and settings").answers_like(OK, &json!({ "type": "object" })),
        op(GET, "/v2/leader", tag, "Who leads").answers_like(OK, &leader).refuses(&of.problem, [404]),
        op(DELETE, "/v2/leader", tag, "Leads anew: streams end, and begin again")
            .answers_like(OK, &problem())
            .refuses(&of.problem, [404]),
        op(GET, "/v2/plugins", tag, "None").answers_like(OK, &wrapped("plugins", &json!({ "type": "array" }))),
        op(GET, "/", tag, "Leads to the page about the API").ends(StatusCode::FOUND),
        op(GET, "/ping", tag, "Whether it answers").writes(OK, "text/plain").answers_like(OK, &json!({ "const": "pong" })).ends(StatusCode::NO_CONTENT),
        op(GET, "/metrics", tag, "For Prometheus; as Marathon's JSON if asked for")
            .writes(OK, "text/plain")
            .writes(OK, "application/openmetrics-text")
            .answers_like(OK, &json!({ "type": "object" }))
            .refuses(&of.problem, [503]),
        op(GET, "/metrics/prometheus", tag, "For Prometheus")
            .writes(OK, "text/plain")
            .writes(OK, "application/openmetrics-text")
            .refuses(&of.problem, [503]),
        op(GET, "/logging", tag, "What is logged").answers_like(OK, &json!({ "type": "object" })),
        op(POST, "/logging", tag, "Logs more or less, for a while")
            .takes_like(&json!({ "type": "object", "required": ["logger", "level"], "properties": {
                "logger": { "type": "string" }, "level": { "type": "string" }, "durationSeconds": { "type": "integer", "minimum": 1, "maximum": 604_800 } } }))
            .answers_like(OK, &json!({ "type": "object" }))
            .refuses(&of.problem, [400, 408, 413, 422, 503]),
        op(GET, "/openapi.json", tag, "This document").answers_like(OK, &json!({ "type": "object" })),
        op(GET, "/docs", tag, "This document as a page").writes(OK, "text/html"),
    ]
}
