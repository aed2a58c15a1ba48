//! The JSON Schemas of all files that people write, made from the types and their doc comments.

use crate::settings::Settings;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use ship_core::manifest::{AppFile, GroupFile};

/// The schema of app files.
#[must_use]
pub fn app() -> Value {
    schema::<AppFile>()
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
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
