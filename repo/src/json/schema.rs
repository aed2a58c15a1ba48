//! The compiled schemas, each built once per process and only if needed.

use super::explain::explain;
use super::node::{Ast, AstNode};
use super::parse::MOST;
use jsonc_parser::ast;
use jsonschema::json::{Json, SerdeJson};
use jsonschema::{PatternOptions, Validator};
use serde_json::Value;
use ship_core::manifest::Finding;
use std::sync::LazyLock;

/// A kind of file, by its schema.
pub(crate) struct Schema<F: Json> {
    /// For messages: what an object of this kind is called.
    pub noun: &'static str,
    pub text: Value,
    validator: Validator<F>,
}

pub(crate) static APP: LazyLock<Schema<Ast>> = LazyLock::new(|| Schema::new("app", crate::schemas::app()));
pub(crate) static POD: LazyLock<Schema<Ast>> = LazyLock::new(|| Schema::new("pod", crate::schemas::pod()));
pub(crate) static GROUP: LazyLock<Schema<Ast>> = LazyLock::new(|| Schema::new("group", crate::schemas::group()));
pub(crate) static SETTINGS: LazyLock<Schema<SerdeJson>> =
    LazyLock::new(|| Schema::new("settings", crate::schemas::settings()));

impl<F: Json> Schema<F> {
    fn new(noun: &'static str, text: Value) -> Self {
        let options = jsonschema::options_for::<F>().with_pattern_options(PatternOptions::regex()).offline();
        let validator = options.build(&text).expect("a test compiles every schema");
        Self { noun, text, validator }
    }
}

impl Schema<Ast> {
    /// The cheap question first: nearly all files are fine.
    pub(crate) fn findings(&self, value: &ast::Value<'_>) -> Vec<Finding> {
        if self.validator.is_valid(AstNode(value)) {
            return Vec::new();
        }
        let errors = self.validator.iter_errors(AstNode(value)).take(MOST);
        errors.flat_map(|error| explain(&error, &self.text, self.noun)).take(MOST).collect()
    }
}

impl Schema<SerdeJson> {
    pub(crate) fn findings(&self, value: &Value) -> Vec<Finding> {
        self.validator.iter_errors(value).flat_map(|error| explain(&error, &self.text, self.noun)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse::parse;

    #[test]
    fn every_schema_compiles() {
        assert!(APP.findings(&parse(r#"{"id": "a"}"#).expect("JSON")).is_empty());
        let pod = r#"{"id": "a", "containers": [{"name": "a", "image": {"id": "a"}}]}"#;
        assert!(POD.findings(&parse(pod).expect("JSON")).is_empty());
        assert!(GROUP.findings(&parse("{}").expect("JSON")).is_empty());
        assert!(SETTINGS.findings(&serde_json::json!({})).is_empty());
    }

    #[test]
    fn the_tree_keeps_the_contract_of_the_validator() {
        let text = jsonschema::json::conformance::document().to_string();
        let value = parse(&text).expect("JSON");
        jsonschema::json::conformance::assert_conformance::<Ast>(&AstNode(&value));
    }
}
