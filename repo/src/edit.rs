//! Changes one value in the text of an app file and keeps every other byte.

use crate::json::parse::{STRICT, parse};
use jsonc_parser::common::Ranged;
use jsonc_parser::cst::{CstInputValue, CstRootNode};

const FIELD: &str = "instances";

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    #[error("the file is not JSON: {0}")]
    Syntax(String),
    #[error("the file holds no JSON object")]
    NoObject,
    #[error("`{FIELD}` stands twice in the file")]
    Twice,
}

/// The text with another number of instances. Where there was none, the field is added behind `id`.
pub fn set_instances(text: &str, instances: u32) -> Result<String, EditError> {
    let value = parse(text).map_err(|located| EditError::Syntax(located.0.message))?;
    let object = value.as_object().ok_or(EditError::NoObject)?;
    let mut fields = object.properties.iter().filter(|property| property.name.as_str() == FIELD);
    match (fields.next(), fields.next()) {
        (None, _) => add(text, instances),
        (Some(field), None) => {
            let (start, end) = (field.value.start(), field.value.end());
            Ok(format!("{}{instances}{}", &text[..start], &text[end..]))
        }
        (Some(_), Some(_)) => Err(EditError::Twice),
    }
}

fn add(text: &str, instances: u32) -> Result<String, EditError> {
    let root = CstRootNode::parse(text, &STRICT).map_err(|err| EditError::Syntax(err.to_string()))?;
    let object = root.object_value().ok_or(EditError::NoObject)?;
    let behind_id = object.get("id").map_or(0, |id| id.property_index() + 1);
    object.insert(behind_id, FIELD, CstInputValue::Number(instances.to_string()));
    Ok(root.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_cannot_be_edited_is_refused() {
        assert_eq!(set_instances("[]", 1), Err(EditError::NoObject));
        assert_eq!(set_instances("{\"instances\": 1, \"instances\": 2}", 1), Err(EditError::Twice));
        assert!(matches!(set_instances("{", 1), Err(EditError::Syntax(_))));
    }
}
