//! Tasks, deployments and the queue (marathon-v2, sections 8.5 and 8.6).

use super::{Bodies, DELETE, GET, OK, POST, WRITE, force};
use crate::api::document::operation::{Operation, op};
use crate::api::document::schema::{Schemas, list_of, wrapped};
use axum::http::StatusCode;
use serde_json::json;
use ship_core::protocol::marathon::{DeploymentInfo, QueueItem};

pub(super) fn operations(of: &Bodies) -> Vec<Operation> {
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

pub(super) fn deployments(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
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
