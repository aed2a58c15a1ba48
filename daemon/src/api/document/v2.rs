//! `/v2`: Marathon's own (marathon-v2, section 8). Ids may hold slashes; the routes behind them are wildcards.

mod apps;
mod groups;
mod pods;
mod server;
mod tasks;

use super::operation::Operation;
use super::schema::{Schemas, list_of, wrapped};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use ship_core::protocol::marathon::{App, Task};
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
    let mut all = apps::operations(schemas, &bodies);
    all.extend(groups::operations(schemas, &bodies));
    all.extend(pods::operations(schemas, &bodies));
    all.extend(tasks::operations(&bodies));
    all.extend(tasks::deployments(schemas, &bodies));
    all.extend(server::operations(&bodies));
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
