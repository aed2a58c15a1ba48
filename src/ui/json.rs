//! Values for programs. Every document names its schema and version; fields are only ever added.

use serde::Serialize;

/// Of every schema so far; grows only when a field changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    version: u32,
    #[serde(flatten)]
    value: &'a T,
}

pub(crate) fn document(schema: &'static str, value: &impl Serialize) -> String {
    serde_json::to_string_pretty(&Document { schema, version: VERSION, value })
        .expect("values of the API are plain JSON")
}

pub(crate) fn record(schema: &'static str, value: &impl Serialize) -> String {
    serde_json::to_string(&Document { schema, version: VERSION, value }).expect("values of the API are plain JSON")
}
