//! What a client sent: objects with an id, in the form that files have.

use crate::api::v2::path::version_of;
use crate::api::v2::problem::{Detail, Problem};
use crate::git::Fields;
use serde_json::Value;
use ship_core::model::{AppId, GroupId, IdError, Version};
use ship_repo::lenient::conform;
use ship_repo::schemas;
use std::sync::LazyLock;

static APP: LazyLock<Value> = LazyLock::new(schemas::app);
static POD: LazyLock<Value> = LazyLock::new(schemas::pod);

/// An update of one app.
#[derive(Debug, Clone)]
pub(super) enum Update {
    Fields(Fields),
    /// Back to what it was at this version.
    To(Version),
}

/// The fields of an app, as a file has them. What they name relative to `base` is made absolute: in a file it would be
/// relative to the folder.
pub(super) fn fields(value: Value, base: &GroupId) -> Result<Fields, Problem> {
    let mut fields = conformed(value, &APP)?;
    fields.get_mut("dependencies").into_iter().for_each(|list| make_absolute(list, base));
    Ok(fields)
}

/// The fields of a pod, as a file has them. Its version is the commit's to say.
pub(super) fn pod_fields(value: Value) -> Result<Fields, Problem> {
    let mut fields = conformed(value, &POD)?;
    fields.shift_remove("version");
    Ok(fields)
}

fn conformed(mut value: Value, schema: &Value) -> Result<Fields, Problem> {
    conform(&mut value, schema);
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(Problem::shape(&[not_an(&other, "/", "object")])),
    }
}

/// What is no path stays, to be refused with its place.
pub(super) fn make_absolute(list: &mut Value, base: &GroupId) {
    for text in list.as_array_mut().into_iter().flatten() {
        if let Some(Ok(path)) = text.as_str().map(|text| GroupId::resolve(text, base)) {
            *text = path.as_str().into();
        }
    }
}

/// The apps of an update of several.
pub(super) fn list(value: Value) -> Result<Vec<Value>, Problem> {
    match value {
        Value::Array(values) => Ok(values),
        other => Err(Problem::shape(&[not_an(&other, "/", "array")])),
    }
}

/// The id that an app or a pod names itself by.
pub(super) fn app_id(fields: &Fields, base: &GroupId) -> Result<AppId, Problem> {
    let text = match fields.get("id") {
        Some(Value::String(text)) => text,
        Some(other) => return Err(Problem::shape(&[not_an(other, "/id", "string")])),
        None => return Err(Problem::shape(&[Detail::new("/id", "'id' is undefined on object")])),
    };
    AppId::resolve(text, base).map_err(|err| bad_id(&err))
}

pub(super) fn bad_id(err: &IdError) -> Problem {
    Problem::not_valid(&[Detail::new("/id", err.to_string())])
}

/// A version may only come with an id (marathon-v2, section 8.3).
pub(super) fn update(value: Value) -> Result<Update, Problem> {
    let version =
        value.as_object().and_then(|sent| Some((sent, sent.get("version").filter(|value| !value.is_null())?)));
    let Some((sent, version)) = version else { return fields(value, &GroupId::root()).map(Update::Fields) };
    if sent.iter().any(|(name, value)| !matches!(name.as_str(), "version" | "id") && !value.is_null()) {
        let rule = "The 'version' field may only be combined with the 'id' field.";
        return Err(Problem::not_valid(&[Detail::new("/version", rule)]));
    }
    version_of(version.as_str().unwrap_or_default()).map(Update::To)
}

/// The wrong type, in Marathon's code and in words.
pub(super) fn not_an(value: &Value, path: &str, wanted: &str) -> Detail {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let words =
        format!("must be an {wanted}, not {found}").replace("an string", "a text").replace("an array", "a list");
    Detail { path: path.to_owned(), errors: vec![format!("error.expected.js{wanted}"), words], hint: None }
}
