//! How the change of a field is told: as a whole, or, where it has parts with names, part by part.

use crate::plan::FieldChange;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Nothing if both are the same; else `env.PORT`, `healthChecks[0].path`, or the field itself.
pub(super) fn told(field: &str, from: &Value, to: &Value, restart: bool) -> Vec<FieldChange> {
    match (from, to) {
        (from, to) if from == to => Vec::new(),
        (Value::Object(from), Value::Object(to)) => by_name(field, from, to, restart),
        (Value::Array(from), Value::Array(to)) if from.len() == to.len() && from.iter().all(Value::is_object) => {
            let pairs = from.iter().zip(to).enumerate();
            pairs.flat_map(|(index, (from, to))| told(&format!("{field}[{index}]"), from, to, restart)).collect()
        }
        (from, to) => vec![FieldChange { field: field.to_owned(), from: from.clone(), to: to.clone(), restart }],
    }
}

fn by_name(field: &str, from: &Map<String, Value>, to: &Map<String, Value>, restart: bool) -> Vec<FieldChange> {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let entry = |map: &Map<String, Value>, name: &String| map.get(name).cloned().unwrap_or(Value::Null);
    names
        .into_iter()
        .flat_map(|name| told(&format!("{field}.{name}"), &entry(from, name), &entry(to, name), restart))
        .collect()
}
