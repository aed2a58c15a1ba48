//! Plain words for types and fields, and the repair of the commonest slips.

use jsonschema::error::TypeKind;
use jsonschema::types::JsonType;
use serde_json::Value;

pub(super) const TEXT: &str = "a text";

/// What a field takes, as in `must be a whole number`.
pub(super) fn expected(kind: &TypeKind) -> String {
    let types: Vec<JsonType> = types(kind);
    let words: Vec<&str> = types.iter().filter(|kind| **kind != JsonType::Null).map(|kind| noun(*kind)).collect();
    words.join(" or ")
}

pub(super) fn types(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().collect(),
    }
}

fn noun(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => TEXT,
        JsonType::Array => "a list",
        JsonType::Object => "an object",
    }
}

/// What stands there instead.
pub(super) fn actual(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// How to write the same value in the type that is asked for, if that is plain.
pub(super) fn repair(wanted: &[JsonType], value: &Value) -> Option<String> {
    let takes = |kind| wanted.contains(&kind);
    match value {
        Value::String(text) if takes(JsonType::Integer) || takes(JsonType::Number) => {
            text.parse::<f64>().is_ok().then(|| format!("write `{text}` without quotes"))
        }
        Value::String(text) if takes(JsonType::Boolean) && matches!(text.as_str(), "true" | "false") => {
            Some(format!("write `{text}` without quotes"))
        }
        Value::Number(number) if takes(JsonType::Integer) => {
            let whole = number.as_f64().filter(|amount| amount.fract() == 0.0 && amount.abs() < 1e15)?;
            Some(format!("write `{whole}`"))
        }
        Value::Number(_) | Value::Bool(_) if takes(JsonType::String) => Some(format!("write `\"{value}\"`, in quotes")),
        Value::String(_) | Value::Number(_) | Value::Bool(_) if takes(JsonType::Array) => {
            Some(format!("put it into a list: `[{value}]`"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A pointer as people say it: `/container/volumes/0/mode` is `mode`, `/ports/2` is `ports[2]`.
pub(super) fn name(pointer: &str) -> Option<String> {
    let mut name = String::new();
    for step in super::locate::steps(pointer) {
        match step.parse::<usize>() {
            Ok(index) => name.push_str(&format!("[{index}]")),
            Err(_) => name = step,
        }
    }
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short() {
        assert_eq!(name("/container/volumes/0/mode").as_deref(), Some("mode"));
        assert_eq!(name("/constraints/1/0").as_deref(), Some("constraints[1][0]"));
        assert_eq!(name(""), None);
    }
}
