//! `/v1`: what Marathon has no word for.

use super::operation::{Operation, op};
use super::schema::{Schemas, list_of};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use ship_core::cluster::Why;
use ship_core::forecast::{Rebalance, WhatIf};
use ship_core::plan::Plan;
use ship_core::protocol::exec::ExecRequest;
use ship_core::protocol::{
    AgentDetail, AgentView, ApiError, Apply, Cancel, Cancelled, CommitRef, DeploymentView, DrainAllRequest,
    DrainRequest, FileListing, HistoryEntry, Info, PlanRequest, Restart, Resume, Resumed, Rollback, Scale, Status,
    VolumeView, WhatIfRequest,
};

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const OK: StatusCode = StatusCode::OK;

pub(super) fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    let error = schemas.answered::<ApiError>();
    let mut all = cluster(schemas, &error);
    all.extend(agents(schemas, &error));
    all.extend(deployments(schemas, &error));
    all.extend(changes(schemas, &error));
    all.extend(tasks(schemas, &error));
    all
}

fn cluster(schemas: &mut Schemas, error: &Value) -> Vec<Operation> {
    let tag = "cluster";
    vec![
        op(GET, "/v1/info", tag, "Which version, and where the desired state comes from").answers::<Info>(schemas, OK),
        op(GET, "/v1/status", tag, "All that is wanted, and how it stands")
            .query("app", "one app alone, `/shop/web`")
            .answers::<Status>(schemas, OK)
            .refuses(error, [400, 404]),
        op(GET, "/v1/why", tag, "What each missing instance of an app lacks, and what would unblock it")
            .required("app", "`/shop/web`")
            .answers::<Why>(schemas, OK)
            .refuses(error, [400, 404]),
        op(GET, "/v1/events", tag, "What happens, as server-sent events; resumed with `Last-Event-ID`")
            .number("since", "after the event with this number")
            .flag("follow", "false: up to now, and then an end")
            .writes(OK, "text/event-stream")
            .refuses(error, [400]),
        op(GET, "/v1/history", tag, "Commits that changed apps, the newest first")
            .query("app", "of this app alone")
            .number("limit", "so many at most")
            .answers::<Vec<HistoryEntry>>(schemas, OK)
            .refuses(error, [400, 404]),
    ]
}

fn agents(schemas: &mut Schemas, error: &Value) -> Vec<Operation> {
    let tag = "agents";
    let detail = schemas.answered::<AgentDetail>();
    let one = |operation: Operation| operation.answers_like(OK, &detail).refuses(error, [404, 409]);
    vec![
        op(GET, "/v1/agents", tag, "All agents that ever joined").answers::<Vec<AgentView>>(schemas, OK),
        one(op(GET, "/v1/agents/{name}", tag, "One agent, by id or host name, and what stands on it")),
        one(op(POST, "/v1/agents/{name}/drain", tag, "Empties an agent"))
            .takes::<DrainRequest>(schemas)
            .refuses(error, [400, 413, 415, 422]),
        one(op(POST, "/v1/agents/{name}/undrain", tag, "Fills it again")),
        op(POST, "/v1/drain", tag, "Empties several agents, none into another of them")
            .takes::<DrainAllRequest>(schemas)
            .answers_like(OK, &list_of(&detail))
            .refuses(error, [400, 404, 409, 413, 415, 422]),
        op(GET, "/v1/rebalance", tag, "Where tasks would stand, were all placed anew")
            .answers::<Rebalance>(schemas, OK),
        op(POST, "/v1/whatif", tag, "What would follow, were an agent lost, drained or added, or an app scaled")
            .takes::<WhatIfRequest>(schemas)
            .answers::<WhatIf>(schemas, OK)
            .refuses(error, [400, 404, 409, 413, 415, 422]),
        op(GET, "/v1/volumes", tag, "What instances keep on agents").answers::<Vec<VolumeView>>(schemas, OK),
        op(POST, "/v1/volumes/{id}/wipe", tag, "Frees a volume: its data is lost")
            .answers::<VolumeView>(schemas, OK)
            .refuses(error, [404]),
    ]
}

fn deployments(schemas: &mut Schemas, error: &Value) -> Vec<Operation> {
    let tag = "deployments";
    vec![
        op(GET, "/v1/deployments", tag, "The newest first")
            .query("app", "that change this app")
            .number("limit", "so many at most")
            .answers::<Vec<DeploymentView>>(schemas, OK)
            .refuses(error, [400]),
        op(GET, "/v1/deployments/{id}", tag, "One, by its id or the beginning of it")
            .answers::<DeploymentView>(schemas, OK)
            .refuses(error, [404, 409]),
        op(GET, "/v1/deployments/{id}/follow", tag, "Its events from the beginning to its end, as server-sent events")
            .writes(OK, "text/event-stream")
            .refuses(error, [404, 409]),
        op(POST, "/v1/deployments/{id}/cancel", tag, "Ends it; what is healthy stays")
            .takes::<Cancel>(schemas)
            .answers::<Cancelled>(schemas, OK)
            .refuses(error, [400, 404, 409, 413, 415, 422]),
        op(POST, "/v1/resume", tag, "Goes on with changes that were given up")
            .takes::<Resume>(schemas)
            .answers::<Resumed>(schemas, OK)
            .refuses(error, [400, 404, 409, 413, 415, 422]),
    ]
}

fn changes(schemas: &mut Schemas, error: &Value) -> Vec<Operation> {
    let tag = "changes";
    let made = schemas.answered::<CommitRef>();
    let commits =
        |operation: Operation| operation.answers_like(OK, &made).refuses(error, [400, 404, 409, 413, 415, 422]);
    vec![
        op(GET, "/v1/plan", tag, "What a commit of another branch would do")
            .required("commit", "a name that git can resolve")
            .answers::<Plan>(schemas, OK)
            .refuses(error, [400, 404, 409, 422]),
        op(POST, "/v1/plan", tag, "What it would do if this were wanted")
            .takes::<PlanRequest>(schemas)
            .answers::<Plan>(schemas, OK)
            .refuses(error, [400, 413, 415, 422]),
        op(GET, "/v1/plans/{fingerprint}", tag, "What a plan that was shown lately took for granted")
            .answers::<Plan>(schemas, OK)
            .refuses(error, [404]),
        commits(op(POST, "/v1/apply", tag, "Deploys a commit of the repository if its plan is still the one seen"))
            .takes::<Apply>(schemas),
        commits(op(POST, "/v1/scale", tag, "Another number of instances: a commit")).takes::<Scale>(schemas),
        commits(op(POST, "/v1/restart", tag, "Replaces all tasks of an app: a commit")).takes::<Restart>(schemas),
        commits(op(POST, "/v1/rollback", tag, "Apps as they were: a commit")).takes::<Rollback>(schemas),
        op(POST, "/v1/hooks/git", tag, "For the webhook of a forge: the upstream is looked at soon")
            .takes_like(&json!({}))
            .writes(StatusCode::ACCEPTED, "text/plain")
            .writes(OK, "text/plain")
            .refuses(error, [400, 401, 403, 404, 413]),
    ]
}

fn tasks(schemas: &mut Schemas, error: &Value) -> Vec<Operation> {
    let tag = "tasks";
    vec![
        op(GET, "/v1/logs", tag, "The output of an app's tasks, merged by time: a JSON object a line")
            .query("app", "whose; without, `task` must be given")
            .query("task", "of this one alone, by its id")
            .query("since", "a moment (RFC 3339) or a span such as `10m`")
            .number("tail", "so many of the last lines of each task")
            .flag("follow", "go on with what comes")
            .writes(OK, "application/x-ndjson")
            .refuses(error, [400, 404, 409, 422, 503]),
        op(POST, "/v1/tasks/{id}/exec", tag, "Runs a command in a task's container: a JSON object a line")
            .takes::<ExecRequest>(schemas)
            .writes(OK, "application/x-ndjson")
            .refuses(error, [400, 404, 409, 413, 415, 422, 429, 503]),
        op(GET, "/v1/tasks/{id}/exec", tag, "The same as a WebSocket, for terminals")
            .many("argv", "the program and its arguments, a word each")
            .query("container", "of a pod; its first if it is not said")
            .flag("stdin", "it is given input")
            .flag("tty", "it gets a terminal")
            .number("columns", "of the terminal")
            .number("rows", "of the terminal")
            .ends(StatusCode::SWITCHING_PROTOCOLS)
            .refuses(error, [400, 403, 404, 409, 422, 426, 429, 503]),
        op(GET, "/v1/tasks/{id}/files", tag, "What a path of a task's sandbox names, and what is in it")
            .query("path", "from the sandbox on; without, the sandbox itself")
            .answers::<FileListing>(schemas, OK)
            .refuses(error, [400, 404, 409, 422, 429, 502, 503]),
        op(GET, "/v1/tasks/{id}/files/content", tag, "A file of a task's sandbox, or a part of it")
            .required("path", "from the sandbox on")
            .number("offset", "begin behind so many bytes")
            .number("length", "so many bytes at most")
            .writes(OK, "application/octet-stream")
            .refuses(error, [400, 404, 409, 422, 429, 502, 503]),
    ]
}
