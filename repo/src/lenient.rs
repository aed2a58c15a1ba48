//! Values as clients of the API send them, brought into the form that files have: what Marathon ignores is left out,
//! and words are read in any case (marathon-v2, section 0).

use serde_json::{Map, Value};

/// Up to here every whole number is itself as a float, too.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// Takes out `null`s and fields that the schema does not know, writes the words of enums as the schema does, and `2.0` as
/// `2` where only whole numbers go: languages that have but one kind of number send it. What is wrong beyond that stays,
/// to be refused with its place.
pub fn conform(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => conform_fields(fields, object_schema(schema, fields)),
        Value::Array(values) => {
            let items = branches(schema).find_map(|branch| branch.get("items")).unwrap_or(&Value::Null);
            values.iter_mut().for_each(|value| conform(value, items));
        }
        Value::String(text) => {
            let words = branches(schema).filter_map(|branch| branch.get("enum")?.as_array()).flatten();
            let word = words.filter_map(Value::as_str).find(|word| word.eq_ignore_ascii_case(text));
            if let Some(word) = word {
                word.clone_into(text);
            }
        }
        Value::Number(number) if is_whole(schema) => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < WHOLE_MAX);
            if let Some(whole) = whole.filter(|_| number.is_f64()) {
                #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is within bounds")]
                let whole = whole as i64;
                *value = whole.into();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a number there has no fraction.
fn is_whole(schema: &Value) -> bool {
    let allows = |kind: &str| {
        branches(schema).any(|branch| match branch.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(|known| known == kind),
            Some(known) => known == kind,
            None => false,
        })
    };
    allows("integer") && !allows("number")
}

fn conform_fields(fields: &mut Map<String, Value>, schema: &Value) {
    let known = schema.get("properties").and_then(Value::as_object);
    let others = schema.get("additionalProperties");
    let closed = others == Some(&Value::Bool(false));
    let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
    fields.retain(|name, value| !value.is_null() && (!closed || is_known(name)));
    for (name, value) in fields {
        let schema = known.and_then(|known| known.get(name)).or(others).unwrap_or(&Value::Null);
        conform(value, schema);
    }
}

/// The schema itself, or its choices.
fn branches(schema: &Value) -> impl Iterator<Item = &Value> {
    let choices = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    std::iter::once(schema).chain(choices.into_iter().flatten())
}

/// Of several kinds of objects, the one that knows a field of this one.
fn object_schema<'s>(schema: &'s Value, fields: &Map<String, Value>) -> &'s Value {
    let knows = |branch: &&Value| {
        let known = branch.get("properties").and_then(Value::as_object);
        known.is_some_and(|known| fields.keys().any(|name| known.contains_key(name)))
    };
    branches(schema).find(knows).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas;
    use serde_json::json;

    fn app(mut value: Value) -> Value {
        conform(&mut value, &schemas::app());
        value
    }

    #[test]
    fn what_marathon_ignores_is_left_out() {
        let sent = json!({
            "id": "web", "cmd": null, "dependencies": null, "tasksRunning": 3, "tasks": [], "wat": 1,
            "container": { "type": "docker", "docker": { "image": "nginx", "network": "bridge", "pullConfig": null, "x": 1 } },
            "labels": { "tasks": "mine" }, "env": { "A": "B" }, "unreachableStrategy": { "inactiveAfterSeconds": 1, "y": 2 },
            "killSelection": "oldest_first", "healthChecks": [{ "protocol": "mesos_http", "z": 1 }],
        });
        let kept = json!({
            "id": "web", "container": { "type": "DOCKER", "docker": { "image": "nginx", "network": "BRIDGE" } },
            "labels": { "tasks": "mine" }, "env": { "A": "B" }, "unreachableStrategy": { "inactiveAfterSeconds": 1 },
            "killSelection": "OLDEST_FIRST", "healthChecks": [{ "protocol": "MESOS_HTTP" }],
        });
        assert_eq!(app(sent), kept);
    }

    #[test]
    fn what_is_wrong_stays_to_be_refused() {
        let sent = json!({ "id": 3, "instances": "two", "killSelection": "any", "unreachableStrategy": "Disabled", "env": { "S": { "secret": "s" } } });
        let kept = json!({ "id": 3, "instances": "two", "killSelection": "any", "unreachableStrategy": "disabled", "env": { "S": { "secret": "s" } } });
        assert_eq!(app(sent), kept);
        assert_eq!(app(json!([1])), json!([1]));
        assert_eq!(app(json!({ "instances": 1.5, "mem": 20.0 })), json!({ "instances": 1.5, "mem": 20.0 }));
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let sent = json!({ "instances": 2.0, "healthChecks": [{ "portIndex": 0.0 }], "ports": [0.0] });
        assert_eq!(app(sent), json!({ "instances": 2, "healthChecks": [{ "portIndex": 0 }], "ports": [0] }));
    }
}
