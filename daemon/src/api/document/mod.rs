//! What the API answers, as an OpenAPI document made from the types of the bodies, and as a page for people. Every route
//! is described here once; a test compares with the routes there are.
//!
//! To describe a route: a line in [`v1`] or [`v2`], such as
//! `op(GET, "/v1/why").says("..").query("app", "..").answers::<Why>(200).refuses([404])`.

mod operation;
mod page;
mod schema;
#[cfg(test)]
mod tests;
mod v1;
mod v2;

use super::Api;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use operation::Operation;
use schema::Schemas;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document()).expect("a value has string keys");
    text.push('\n');
    text
});
static PAGE: LazyLock<String> = LazyLock::new(|| page::render(&document()));

/// The document and its page.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .route("/openapi.json", get(async || ([(CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()))
        .route("/docs", get(async || Html(PAGE.as_str())))
}

/// All operations, in the order in which they are shown.
fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    v1::operations(schemas).into_iter().chain(v2::operations(schemas)).collect()
}

/// OpenAPI 3.1, whose schemas are JSON Schema 2020-12, as `schemars` writes it.
fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations(&mut schemas) {
        let path = paths.entry(operation.path.as_str()).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = operation.to_openapi();
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "shipd",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Marathon's `/v2`, and `/v1` for what Marathon has no word for. Writes are commits.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "where this document came from" }],
        "paths": paths,
        "components": {},
    });
    schemas.complete(&mut document);
    document
}
