//! From a JSON pointer to bytes: what the caret underlines.

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use ship_core::manifest::{Part, Place};
use std::ops::Range;

/// The span of a place, as narrow as it can be: a text or number as a whole; for an object or array the key
/// in front of it, or else its bracket.
pub(crate) fn span(root: &Value<'_>, place: &Place) -> Range<usize> {
    let mut value = root;
    let mut owner: Option<&ObjectProp<'_>> = None;
    for step in steps(&place.pointer) {
        let Some((next, property)) = below(value, &step) else { break };
        value = next;
        owner = property;
    }
    match (place.part, owner) {
        (Part::Key, Some(property)) => range(&property.name),
        (Part::Value, Some(property)) if is_container(value) => range(&property.name),
        (Part::Key | Part::Value, _) if is_container(value) => value.start()..value.start() + 1,
        (Part::Key | Part::Value, _) => range(value),
    }
}

fn below<'v, 't>(value: &'v Value<'t>, step: &str) -> Option<(&'v Value<'t>, Option<&'v ObjectProp<'t>>)> {
    match value {
        Value::Object(object) => {
            let property = object.properties.iter().rev().find(|property| property.name.as_str() == step)?;
            Some((&property.value, Some(property)))
        }
        Value::Array(array) => Some((array.elements.get(step.parse::<usize>().ok()?)?, None)),
        Value::StringLit(_) | Value::NumberLit(_) | Value::BooleanLit(_) | Value::NullKeyword(_) => None,
    }
}

fn is_container(value: &Value<'_>) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

fn range(ranged: &impl Ranged) -> Range<usize> {
    ranged.start()..ranged.end()
}

/// The steps of a JSON pointer, unescaped.
pub(crate) fn steps(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse::parse;

    fn underlined<'t>(text: &'t str, place: &Place) -> &'t str {
        let value = parse(text).expect("JSON");
        &text[span(&value, place)]
    }

    #[test]
    fn the_caret_is_narrow() {
        let text = r#"{"a": [{"b/c": 12}, "x"], "d": {}}"#;
        let list = Place::field("a");
        assert_eq!(underlined(text, &list.then(0).then("b/c")), "12");
        assert_eq!(underlined(text, &list.then(0).then("b/c").key()), "\"b/c\"");
        assert_eq!(underlined(text, &list.then(0)), "{");
        assert_eq!(underlined(text, &list.then(1)), "\"x\"");
        assert_eq!(underlined(text, &Place::field("d")), "\"d\"");
        assert_eq!(underlined(text, &Place::root()), "{");
        assert_eq!(underlined(text, &Place::field("gone")), "{");
    }
}
