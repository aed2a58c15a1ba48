//! Fields of an app file replaced, added and removed; the rest of the text stays as it is.

use super::EditError;
use crate::json::parse::{STRICT, parse};
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};
use serde_json::{Map, Value};

/// The text with these fields as given: a value takes the place of what is there, `None` removes it. A value that is
/// there already, in whatever form it is written, is left alone.
pub fn set_fields(text: &str, changes: &[(String, Option<Value>)]) -> Result<String, EditError> {
    parse(text).map_err(|located| EditError::Syntax(located.0.message))?;
    let root = CstRootNode::parse(text, &STRICT).map_err(|err| EditError::Syntax(err.to_string()))?;
    let object = root.object_value().ok_or(EditError::NoObject)?;
    let before: Map<String, Value> = serde_json::from_str(text).map_err(|err| EditError::Syntax(err.to_string()))?;
    for (field, value) in changes {
        match value {
            Some(value) if before.get(field) == Some(value) => {}
            Some(value) => set(&object, field, value),
            None => object.get(field).into_iter().for_each(|known| known.remove()),
        }
    }
    Ok(root.to_string())
}

/// A new file with these fields.
#[must_use]
pub fn new_file(fields: &Map<String, Value>) -> String {
    let mut text = serde_json::to_string_pretty(fields).expect("a value has string keys and is written to memory");
    text.push('\n');
    text
}

fn set(object: &CstObject, field: &str, value: &Value) {
    match object.get(field) {
        Some(known) => known.set_value(input(value)),
        None => drop(object.append(field, input(value))),
    }
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(yes) => CstInputValue::Bool(*yes),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(values) => CstInputValue::Array(values.iter().map(input).collect()),
        Value::Object(fields) => {
            CstInputValue::Object(fields.iter().map(|(name, value)| (name.clone(), input(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn edited(text: &str, changes: &Value) -> String {
        let changes = changes.as_object().expect("fields").clone();
        let changes: Vec<_> =
            changes.into_iter().map(|(name, value)| (name, Some(value).filter(|v| !v.is_null()))).collect();
        set_fields(text, &changes).expect("an object")
    }

    #[test]
    fn fields_change_where_they_stand_and_new_ones_come_last() {
        let text = "{\n  \"id\": \"web\",\n  \"cpus\": 0.10,\n  \"env\": {\"A\": \"1\"},\n  \"mem\": 20\n}\n";
        assert_eq!(
            edited(text, &json!({ "cpus": 0.1, "env": { "A": "2" }, "labels": { "a": "b" }, "mem": null })),
            "{\n  \"id\": \"web\",\n  \"cpus\": 0.10,\n  \"env\": {\n    \"A\": \"2\"\n  },\n  \"labels\": {\n    \"a\": \"b\"\n  }\n}\n"
        );
    }

    #[test]
    fn what_is_so_already_is_not_touched() {
        let text = "{ \"id\":\"web\" , \"ports\":[ 0,\t0 ] }";
        assert_eq!(edited(text, &json!({ "ports": [0, 0], "id": "web", "cmd": null })), text);
    }

    #[test]
    fn what_is_no_app_file_is_refused() {
        assert_eq!(set_fields("[1]", &[]), Err(EditError::NoObject));
        assert!(matches!(set_fields("{ // no\n}", &[]), Err(EditError::Syntax(_))));
    }
}
