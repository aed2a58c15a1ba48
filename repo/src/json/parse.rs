//! Text to syntax tree: JSON as its standard has it, no comments, no trailing commas; and no key twice.

use crate::lines::floor;
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use ship_core::manifest::{Finding, Place, Rule};
use std::collections::BTreeSet;
use std::ops::Range;

/// So many mistakes of one file are told. More help nobody, and finding their places would take for ever in
/// a file that is made to have them.
pub(crate) const MOST: usize = 100;

/// A finding whose place is known in bytes already.
pub(crate) type Located = (Finding, Range<usize>);

/// Every liberty of the parser is off: a file that passes here must mean the same to every other tool.
pub(crate) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(crate) fn parse(text: &str) -> Result<Value<'_>, Box<Located>> {
    if text.starts_with('\u{feff}') {
        let finding = syntax("the file begins with a byte order mark").hint("save it as UTF-8 without BOM");
        return Err(Box::new((finding, 0..0)));
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|err| {
        let range = err.range();
        let end = if is_unclosed(err.kind()) { range.start + 1 } else { range.end };
        Box::new((explain(text, err.kind(), range.start), range.start..end))
    })?;
    let empty = || syntax("the file is empty").hint("an app file holds one JSON object");
    parsed.value.ok_or_else(|| Box::new((empty(), 0..0)))
}

/// The parser then names all the rest of the text; the bracket that was opened says more.
fn is_unclosed(kind: &ParseErrorKind) -> bool {
    matches!(kind, ParseErrorKind::UnterminatedObject | ParseErrorKind::UnterminatedArray)
}

fn syntax(message: &str) -> Finding {
    Finding::new(Rule::Syntax, Place::root(), message)
}

fn explain(text: &str, kind: &ParseErrorKind, at: usize) -> Finding {
    let words = kind.to_string();
    let mut message = words.chars();
    let lowered = message.next().map(|first| first.to_lowercase().chain(message).collect::<String>());
    let finding = syntax(&format!("invalid JSON: {}", lowered.unwrap_or_default()));
    match kind {
        ParseErrorKind::TrailingCommasNotAllowed => finding.hint("remove the comma before the closing bracket"),
        ParseErrorKind::ExpectedComma => finding.hint("put a comma between two fields or elements"),
        ParseErrorKind::CommentsNotAllowed => finding.hint("JSON has no comments"),
        ParseErrorKind::UnterminatedObject => finding.label("never closed").hint("a closing `}` is missing"),
        ParseErrorKind::UnterminatedArray => finding.label("never closed").hint("a closing `]` is missing"),
        _ if text[floor(text, at)..].starts_with('\'') => finding.hint("texts stand in double quotes"),
        _ => finding,
    }
}

/// Keys that stand twice in one object, and numbers that no program could hold, anywhere in the tree.
pub(crate) fn oddities(value: &Value<'_>) -> Vec<Located> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value<'_>, found: &mut Vec<Located>) {
    match value {
        Value::Object(object) => {
            twice(object, found);
            object.properties.iter().for_each(|property| collect(&property.value, found));
        }
        Value::Array(array) => array.elements.iter().for_each(|element| collect(element, found)),
        Value::NumberLit(number) => {
            if number.value.parse::<f64>().is_ok_and(f64::is_infinite) && found.len() < MOST {
                let range = number.range.start..number.range.end;
                found.push((Finding::new(Rule::OutOfRange, Place::root(), "this number is too large"), range));
            }
        }
        Value::StringLit(_) | Value::BooleanLit(_) | Value::NullKeyword(_) => {}
    }
}

/// Objects are small, so comparing every key with those before it beats a set; except for those that are not.
fn twice(object: &Object<'_>, found: &mut Vec<Located>) {
    const SMALL: usize = 64;
    let names = object.properties.iter().map(|property| &property.name);
    let mut seen = BTreeSet::new();
    for (n, name) in names.enumerate() {
        let known = match object.properties.len() <= SMALL {
            true => object.properties[..n].iter().any(|earlier| earlier.name.as_str() == name.as_str()),
            false => !seen.insert(name.as_str()),
        };
        if known && found.len() < MOST {
            let range = name.range();
            let message = format!("the key `{}` stands twice in this object", name.as_str());
            let finding = Finding::new(Rule::DuplicateKey, Place::root(), message).label("again");
            let hint = "keep one of them: readers of JSON disagree on which counts";
            found.push((finding.hint(hint), range.start..range.end));
        }
    }
}
