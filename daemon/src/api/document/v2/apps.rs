//! Apps (marathon-v2, section 8.3).

use super::{Bodies, CREATED, DELETE, GET, OK, PATCH, POST, PUT, WRITE, embed, force};
use crate::api::document::operation::{Operation, op};
use crate::api::document::schema::{Schemas, list_of, wrapped};
use axum::http::StatusCode;
use serde_json::json;
use ship_core::protocol::marathon::Definition;

pub(super) fn operations(schemas: &mut Schemas, of: &Bodies) -> Vec<Operation> {
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
