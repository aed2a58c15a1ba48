//! Numbers and moments as Marathon writes them.

use crate::model::{Timestamp, Version};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::fmt;

/// `1` rather than `1.0` where there is no fraction: some clients read such fields as integers.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
pub(super) struct Number(pub(super) f64);

impl Serialize for Number {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "only what is whole and small enough is cast"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_whole = self.0.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&self.0);
        if is_whole { serializer.serialize_u64(self.0 as u64) } else { serializer.serialize_f64(self.0) }
    }
}

/// The same of every number in a value.
pub(super) fn without_idle_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            let fraction = number.as_f64().filter(|_| number.is_f64());
            fraction
                .map_or(Value::Number(number), |fraction| serde_json::to_value(Number(fraction)).unwrap_or_default())
        }
        Value::Array(values) => values.into_iter().map(without_idle_fractions).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, without_idle_fractions(value))).collect()
        }
        plain @ (Value::Null | Value::Bool(_) | Value::String(_)) => plain,
    }
}

/// `2020-01-01T10:00:00.000Z`: UTC, always three digits of the second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
pub struct Moment(#[schemars(with = "String", extend("format" = "date-time"))] pub Timestamp);

impl From<Version> for Moment {
    fn from(Version(at): Version) -> Self {
        Self(at)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = i64::try_from(self.0.0).unwrap_or(i64::MAX);
        let at = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{at:.3}")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_have_no_fraction() {
        assert_eq!(json!([Number(1.0), Number(1.15), Number(300.0)]).to_string(), "[1,1.15,300]");
    }

    #[test]
    fn moments_have_milliseconds() {
        assert_eq!(json!(Moment(Timestamp(1_577_872_800_000))), "2020-01-01T10:00:00.000Z");
    }
}
