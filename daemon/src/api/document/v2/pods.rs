//! Pods (marathon-v2, section 8.9).

use super::{ACCEPTED, Bodies, CREATED, DELETE, GET, HEAD, OK, POST, PUT, WRITE, force};
use crate::api::document::operation::{Operation, op};
use crate::api::document::schema::{Schemas, list_of};
use axum::http::StatusCode;
use serde_json::json;
use ship_core::protocol::marathon::{InstanceStatus, Pod, PodStatus};
use ship_repo::schemas as files;

pub(super) fn operations(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
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
