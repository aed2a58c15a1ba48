//! Groups (marathon-v2, section 8.4).

use super::{Bodies, CREATED, DELETE, GET, OK, PATCH, POST, PUT, WRITE, force};
use crate::api::document::operation::{Operation, op};
use crate::api::document::schema::{Schemas, list_of, wrapped};
use axum::http::StatusCode;
use serde_json::{Value, json};
use ship_core::protocol::marathon::Pod;

pub(super) fn operations(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
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
