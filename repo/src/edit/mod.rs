//! Changes values in the text of an app file and keeps every other byte.

mod fields;

pub use fields::{new_file, set_fields};

use crate::file::is_pod_file;
use crate::json::parse::parse;
use jsonc_parser::ast::Object;
use jsonc_parser::common::Ranged;

/// Why a file's text cannot be edited; the text is left as it was.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    /// Not standard JSON (no comments, no trailing commas); holds the first complaint in words.
    #[error("the file is not JSON: {0}")]
    Syntax(String),
    /// Another value stands where the object should be.
    #[error("the file holds no JSON object")]
    NoObject,
    /// Which of the two counts is up to whoever reads it, so neither is touched.
    #[error("`{field}` stands twice in the file")]
    Twice {
        /// The field's name in the file.
        field: &'static str,
    },
}

/// The text with another number of instances: a pod has it in `scaling`. Where there was none, the field is added behind
/// `id`.
pub fn set_instances(text: &str, instances: u32) -> Result<String, EditError> {
    let parsed = parsed(text)?;
    let file = parsed.as_object().ok_or(EditError::NoObject)?;
    if !is_pod_file(file) {
        return set(text, file, "instances", &instances.to_string());
    }
    match file.get("scaling").and_then(|scaling| scaling.value.as_object()) {
        Some(scaling) => set(text, scaling, "instances", &instances.to_string()),
        None => set(text, file, "scaling", &format!(r#"{{ "kind": "fixed", "instances": {instances} }}"#)),
    }
}

/// The text with another `restartedAt`, which replaces the app's tasks. Where there was none, the field is added
/// behind `id`.
pub fn set_restarted_at(text: &str, moment: &str) -> Result<String, EditError> {
    let parsed = parsed(text)?;
    let file = parsed.as_object().ok_or(EditError::NoObject)?;
    set(text, file, "restartedAt", &serde_json::Value::from(moment).to_string())
}

fn parsed(text: &str) -> Result<jsonc_parser::ast::Value<'_>, EditError> {
    parse(text).map_err(|located| EditError::Syntax(located.0.message))
}

/// In this object of the text; `value` is JSON.
fn set(text: &str, object: &Object<'_>, field: &'static str, value: &str) -> Result<String, EditError> {
    let mut fields = object.properties.iter().filter(|property| property.name.as_str() == field);
    match (fields.next(), fields.next()) {
        (None, _) => Ok(added(text, object, field, value)),
        (Some(known), None) => {
            let (start, end) = (known.value.start(), known.value.end());
            Ok(format!("{}{value}{}", &text[..start], &text[end..]))
        }
        (Some(_), Some(_)) => Err(EditError::Twice { field }),
    }
}

/// The new field copies how `id`, or else the first field, is set: the space in front of it and its colon.
fn added(text: &str, object: &Object<'_>, field: &str, value: &str) -> String {
    let fields = &object.properties;
    let id = fields.iter().position(|property| property.name.as_str() == "id");
    let Some(model) = id.or((!fields.is_empty()).then_some(0)).map(|at| &fields[at]) else {
        let inside = object.start() + 1;
        return format!("{}\"{field}\": {value}{}", &text[..inside], &text[inside..]);
    };
    let before = &text[..model.name.start()];
    let space = match &before[before.trim_end().len()..] {
        "" => " ",
        space => space,
    };
    let colon = &text[model.name.end()..model.value.start()];
    let (front, rest) = text.split_at(model.value.end());
    format!("{front},{space}\"{field}\"{colon}{value}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_number_changes() {
        let text = "{ \"id\":\"a\",\r\n\t\"instances\" :  3 , \"cmd\": \"x\" }\n\n";
        assert_eq!(
            set_instances(text, 40).as_deref(),
            Ok("{ \"id\":\"a\",\r\n\t\"instances\" :  40 , \"cmd\": \"x\" }\n\n")
        );
    }

    #[test]
    fn a_missing_field_is_added_in_the_style_of_the_file() {
        let text = "{\n  \"id\": \"a\",\n  \"cmd\": \"x\"\n}\n";
        assert_eq!(
            set_instances(text, 2).as_deref(),
            Ok("{\n  \"id\": \"a\",\n  \"instances\": 2,\n  \"cmd\": \"x\"\n}\n")
        );
        assert_eq!(set_instances("{}", 2).map(|text| parse(&text).is_ok()), Ok(true));
    }

    #[test]
    fn a_pod_has_its_number_in_its_scaling() {
        let text = "{\n  \"id\": \"a\",\n  \"containers\": [],\n  \"scaling\": {\"instances\": 1 }\n}\n";
        let edited = set_instances(text, 3).expect("an object");
        assert_eq!(edited, text.replace("1 }", "3 }"));
        let empty = text.replace("\"instances\": 1 ", "");
        assert_eq!(set_instances(&empty, 3), Ok(empty.replace("{}", "{\"instances\": 3}")));
        let bare = "{\n  \"id\": \"a\",\n  \"containers\": []\n}\n";
        let scaling = "\"a\",\n  \"scaling\": { \"kind\": \"fixed\", \"instances\": 3 },";
        assert_eq!(set_instances(bare, 3), Ok(bare.replace("\"a\",", scaling)));
    }

    #[test]
    fn a_restart_is_a_moment_in_the_file() {
        let text = "{\n  \"id\": \"a\"\n}\n";
        let first = set_restarted_at(text, "2026-01-02T03:04:05.678Z").expect("an object");
        assert_eq!(first, "{\n  \"id\": \"a\",\n  \"restartedAt\": \"2026-01-02T03:04:05.678Z\"\n}\n");
        let second = set_restarted_at(&first, "2026-01-02T03:04:06.000Z").expect("an object");
        assert_eq!(second, first.replace("05.678", "06.000"));
    }

    #[test]
    fn what_cannot_be_edited_is_refused() {
        assert_eq!(set_instances("[]", 1), Err(EditError::NoObject));
        assert_eq!(
            set_instances("{\"instances\": 1, \"instances\": 2}", 1),
            Err(EditError::Twice { field: "instances" })
        );
        assert!(matches!(set_instances("{", 1), Err(EditError::Syntax(_))));
    }

    /// Bytes that two texts share at their beginnings and at their ends.
    fn shared(one: &str, other: &str) -> usize {
        let same = |(a, b): &(u8, u8)| a == b;
        let front = one.bytes().zip(other.bytes()).take_while(same).count();
        let back = one.bytes().rev().zip(other.bytes().rev()).take_while(same).count();
        front + back
    }

    proptest! {
        #[test]
        fn an_edit_keeps_every_other_byte(
            space in "[ \t\r\n]{0,4}",
            before in prop::collection::vec(("[a-h]{1,3}", "\"[a-zäöü{},]{0,5}\"|-?[1-9][0-9]{0,2}|\\[ *1, 2\\]|\\{\\}"), 0..4),
            written in prop::option::of(0..1000_u32),
            wanted in 0..1000_u32,
        ) {
            let mut fields: Vec<String> = vec![format!("\"id\"{space}:{space}\"x\"")];
            fields.extend(before.iter().enumerate().map(|(n, (name, value))| format!("\"{name}{n}\": {value}")));
            fields.extend(written.map(|number| format!("\"instances\" :{space}{number}")));
            let text = format!("{space}{{{space}{}{space}}}\n{space}", fields.join(&format!("{space},{space}")));
            let edited = set_instances(&text, wanted).expect("an object");
            let value: serde_json::Value = serde_json::from_str(&edited).expect("still JSON");
            prop_assert_eq!(&value["instances"], wanted);
            match written {
                Some(number) => prop_assert_eq!(set_instances(&edited, number), Ok(text)),
                None => prop_assert!(shared(&text, &edited) >= text.len(), "{edited}"),
            }
        }
    }
}
