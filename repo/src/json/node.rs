//! Lets the schema validator walk jsonc-parser's syntax tree, so that no second tree is built. Together with
//! `schema` and `explain` the only code that knows the `jsonschema` crate.

use jsonc_parser::ast::{self, Value};
use jsonc_parser::common::Range;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use jsonschema::types::JsonType;
use serde_json::Number;
use std::borrow::Cow;

/// The representation: JSON as a syntax tree.
pub(crate) struct Ast;

/// A value of the tree. A type of our own, as traits of others cannot be implemented for types of others.
#[derive(Clone, Copy)]
pub(crate) struct AstNode<'a>(pub(crate) &'a Value<'a>);

#[derive(Clone, Copy)]
pub(crate) struct AstObject<'a>(&'a ast::Object<'a>);

#[derive(Clone, Copy)]
pub(crate) struct AstArray<'a>(&'a ast::Array<'a>);

/// A number as it is written: `2.0` is no whole number, as for the types behind the schema.
pub(crate) struct AstNumber(Number);

impl Json for Ast {
    type Node<'a> = AstNode<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    /// A lookup compares keys one by one.
    const KEYS_PER_LOOKUP: usize = 4;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(AstNode<'_>) -> T) -> T {
        let literal = ast::StringLit { range: Range::new(0, 0), value: Cow::Borrowed(string) };
        f(AstNode(&Value::StringLit(literal)))
    }
}

impl<'a> Node<'a, Ast> for AstNode<'a> {
    type Object = AstObject<'a>;
    type Array = AstArray<'a>;
    type Number = AstNumber;

    fn as_object(&self) -> Option<AstObject<'a>> {
        self.0.as_object().map(AstObject)
    }

    fn as_array(&self) -> Option<AstArray<'a>> {
        self.0.as_array().map(AstArray)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.0.as_string_lit().map(|literal| Cow::Borrowed(literal.value.as_ref()))
    }

    fn as_number(&self) -> Option<AstNumber> {
        self.0.as_number_lit().map(|literal| AstNumber(number(literal.value)))
    }

    fn as_boolean(&self) -> Option<bool> {
        self.0.as_boolean_lit().map(|literal| literal.value)
    }

    fn is_null(&self) -> bool {
        self.0.as_null_keyword().is_some()
    }

    fn is_number(&self) -> bool {
        self.0.as_number_lit().is_some()
    }

    fn json_type(&self) -> JsonType {
        match self.0 {
            Value::StringLit(_) => JsonType::String,
            Value::NumberLit(_) => JsonType::Number,
            Value::BooleanLit(_) => JsonType::Boolean,
            Value::Object(_) => JsonType::Object,
            Value::Array(_) => JsonType::Array,
            Value::NullKeyword(_) => JsonType::Null,
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(plain(self.0))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref(self.0).addr()))
    }
}

impl<'a> Object<'a, Ast> for AstObject<'a> {
    type Node = AstNode<'a>;
    type MemberName = &'a str;
    type MembersIter = std::iter::Map<
        std::slice::Iter<'a, ast::ObjectProp<'a>>,
        fn(&'a ast::ObjectProp<'a>) -> (&'a str, AstNode<'a>),
    >;

    fn len(&self) -> usize {
        self.0.properties.len()
    }

    /// The last one of a key that stands twice, as other readers of JSON take it.
    fn get(&self, key: &String) -> Option<AstNode<'a>> {
        let property = self.0.properties.iter().rev().find(|property| property.name.as_str() == key);
        property.map(|property| AstNode(&property.value))
    }

    fn members(&self) -> Self::MembersIter {
        self.0.properties.iter().map(|property| (property.name.as_str(), AstNode(&property.value)))
    }
}

impl<'a> Array<'a, Ast> for AstArray<'a> {
    type Node = AstNode<'a>;
    type ElementsIter = std::iter::Map<std::slice::Iter<'a, Value<'a>>, fn(&'a Value<'a>) -> AstNode<'a>>;

    fn len(&self) -> usize {
        self.0.elements.len()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.0.elements.iter().map(AstNode)
    }
}

impl JsonNumber for AstNumber {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Borrowed(&self.0)
    }

    fn is_integer(&self) -> bool {
        self.0.is_i64() || self.0.is_u64()
    }
}

/// Numbers beyond all bounds are reported elsewhere; here they are just very large.
fn number(text: &str) -> Number {
    let bounded = || Number::from_f64(if text.starts_with('-') { f64::MIN } else { f64::MAX });
    text.parse().ok().or_else(bounded).unwrap_or_else(|| Number::from(0))
}

fn plain(value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::StringLit(literal) => literal.value.as_ref().into(),
        Value::NumberLit(literal) => serde_json::Value::Number(number(literal.value)),
        Value::BooleanLit(literal) => literal.value.into(),
        Value::Object(object) => {
            let members = object.properties.iter();
            members.map(|property| (property.name.as_str().to_owned(), plain(&property.value))).collect()
        }
        Value::Array(array) => array.elements.iter().map(plain).collect(),
        Value::NullKeyword(_) => serde_json::Value::Null,
    }
}
