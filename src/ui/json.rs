//! Values for programs. Every document names its schema and version; fields are only ever added.

use serde::Serialize;

#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

pub(crate) fn document(schema: &'static str, value: &impl Serialize) -> String {
    serde_json::to_string_pretty(&Document { schema, value }).expect("values of the API are plain JSON")
}

pub(crate) fn record(schema: &'static str, value: &impl Serialize) -> String {
    serde_json::to_string(&Document { schema, value }).expect("values of the API are plain JSON")
}
