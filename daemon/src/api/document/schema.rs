//! Schemas of bodies, each once, by the name of its type.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

/// Where the document keeps those of answers.
const ANSWERED: &str = "/components/schemas";
/// Where those of requests are kept until they get names of their own: for one type the two may differ.
const SENT: &str = "/components/sent";

/// The schemas that operations refer to.
pub(super) struct Schemas {
    sent: SchemaGenerator,
    answered: SchemaGenerator,
    /// Those that are no type's.
    named: Map<String, Value>,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |place: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = place.into();
                settings.meta_schema = None;
            })
        };
        Self {
            sent: settings(SENT).for_deserialize().into_generator(),
            answered: settings(ANSWERED).for_serialize().into_generator(),
            named: Map::new(),
        }
    }
}

impl Schemas {
    /// Of what is answered: a field that is always written is required.
    pub(super) fn answered<T: JsonSchema>(&mut self) -> Value {
        self.answered.subschema_for::<T>().to_value()
    }

    /// Of what is sent: a field with a default may be left out.
    pub(super) fn sent<T: JsonSchema>(&mut self) -> Value {
        self.sent.subschema_for::<T>().to_value()
    }

    /// Of something else, by a name.
    pub(super) fn named(&mut self, name: &str, schema: Value) -> Value {
        self.named.insert(name.to_owned(), schema);
        json!({ "$ref": format!("#{ANSWERED}/{name}") })
    }

    /// Puts all of them into the document.
    pub(super) fn complete(mut self, document: &mut Value) {
        let mut schemas = self.answered.take_definitions(true);
        schemas.extend(self.named);
        let sent = self.sent.take_definitions(true);
        schemas.extend(sent.into_iter().map(|(name, schema)| (format!("Sent{name}"), schema)));
        schemas.sort_keys();
        document["components"]["schemas"] = schemas.into();
        rename(document);
    }
}

/// Gives references to what is sent the names that it has in the end.
fn rename(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(name) = reference.strip_prefix('#').and_then(|path| path.strip_prefix(SENT))
            {
                *reference = format!("#{ANSWERED}/Sent{}", name.trim_start_matches('/'));
            }
            fields.values_mut().for_each(rename);
        }
        Value::Array(values) => values.iter_mut().for_each(rename),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A list of them.
pub(super) fn list_of(schema: &Value) -> Value {
    json!({ "type": "array", "items": schema })
}

/// An object with this one field.
pub(super) fn wrapped(name: &str, schema: &Value) -> Value {
    json!({ "type": "object", "required": [name], "properties": { name: schema } })
}
