//! A TOML text as plain values, and back from a place in them to the text.

use crate::json::locate::steps;
use serde_json::Value;
use ship_core::manifest::{Part, Place};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fn plain(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(values) => values.iter().map(|value| plain(value.get_ref())).collect(),
        DeValue::Table(table) => plain_table(table),
    }
}

pub(super) fn plain_table(table: &DeTable<'_>) -> Value {
    table.iter().map(|(key, value)| (key.get_ref().to_string(), plain(value.get_ref()))).collect()
}

/// As for JSON: narrow, and at the key where a whole table is meant.
pub(super) fn span(root: &Spanned<DeTable<'_>>, place: &Place) -> Range<usize> {
    let mut table = Some(root.get_ref());
    let mut found = 0..0;
    for step in steps(&place.pointer) {
        let Some((key, value)) = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == step.as_str()))
        else {
            break;
        };
        table = value.get_ref().as_table();
        let at_key = place.part == Part::Key || table.is_some();
        found = if at_key { key.span() } else { value.span() };
    }
    found
}
