//! The JSON Schemas of all files that people write, made from the types and their doc comments.

use crate::settings::Settings;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use ship_core::manifest::{AppFile, GroupFile, PodFile};

/// The schema of app files.
#[must_use]
pub fn app() -> Value {
    schema::<AppFile>()
}

/// The schema of pod files.
#[must_use]
pub fn pod() -> Value {
    schema::<PodFile>()
}

/// The schema of `group.json`.
#[must_use]
pub fn group() -> Value {
    schema::<GroupFile>()
}

/// The schema of `ship.toml`.
#[must_use]
pub fn settings() -> Value {
    schema::<Settings>()
}

/// Without references: messages then never have to look behind one, and editors show the same.
fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    tidy(&mut schema);
    schema
}

/// Takes out what only Rust cares about, here and everywhere below.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("type") {
                fields.shift_remove("format");
            }
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text = unwrapped(text);
            }
            flatten_any_of(fields);
            fields.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Doc comments are wrapped for the source; editors wrap by themselves.
fn unwrapped(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// An optional choice is a choice with one more branch, not a choice within a choice.
fn flatten_any_of(fields: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = fields.get_mut("anyOf") else { return };
    let Some(Value::Object(first)) = branches.first_mut() else { return };
    let Some(Value::Array(inner)) = first.shift_remove("anyOf") else { return };
    let description = first.shift_remove("description");
    branches.splice(0..1, inner);
    if let Some(description) = description {
        fields.entry("description").or_insert(description);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_plain(schema: &Value) {
        if let Value::Object(fields) = schema {
            assert!(!fields.contains_key("$ref"), "{schema}");
            if let Some(Value::Array(branches)) = fields.get("anyOf") {
                assert!(branches.iter().all(|branch| branch.get("anyOf").is_none()), "{schema}");
            }
        }
        match schema {
            Value::Object(fields) => fields.values().for_each(assert_plain),
            Value::Array(values) => values.iter().for_each(assert_plain),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn schemas_have_no_detours() {
        [app(), pod(), group(), settings()].iter().for_each(assert_plain);
    }

    #[test]
    fn every_field_of_an_app_and_a_pod_is_described() {
        for (schema, least) in [(app(), 40), (pod(), 14)] {
            let fields = schema["properties"].as_object().expect("an object");
            assert!(fields.len() >= least);
            for (name, field) in fields {
                assert!(field["description"].is_string(), "{name} has no description");
            }
        }
    }
}
