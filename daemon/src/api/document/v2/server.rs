//! Events, and the server itself (marathon-v2, sections 8.6 and 8.7).

use super::{Bodies, DELETE, GET, OK, POST, problem};
use crate::api::document::operation::{Operation, op};
use crate::api::document::schema::wrapped;
use axum::http::StatusCode;
use serde_json::json;

pub(super) fn operations(of: &Bodies) -> Vec<Operation> {
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
