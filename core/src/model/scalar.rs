//! Amounts with three decimals, kept as whole thousandths so that sums never drift. Mesos counts its
//! scalar resources the same way.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

const PER_UNIT: u64 = 1000;

/// A non-negative amount with three decimals. The unit is its user's: shares of a CPU, MiB.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
pub struct Scalar(#[schemars(with = "f64", range(min = 0))] u64);

impl Scalar {
    /// Nothing at all; also the default.
    pub const ZERO: Self = Self(0);

    /// Takes the inner form as it is: 1500 is 1.5.
    #[must_use]
    pub const fn from_thousandths(thousandths: u64) -> Self {
        Self(thousandths)
    }

    /// Whole units: 2 is 2.0. Stops at the largest amount.
    #[must_use]
    pub const fn whole(units: u64) -> Self {
        Self(units.saturating_mul(PER_UNIT))
    }

    /// Rounds to the nearest thousandth; negative and not-a-number become zero.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float to int casts saturate, which is what is wanted"
    )]
    pub fn from_f64(amount: f64) -> Self {
        Self((amount * 1000.0).round() as u64)
    }

    /// The inner form, for integer arithmetic: 1.5 is 1500.
    #[must_use]
    pub const fn thousandths(self) -> u64 {
        self.0
    }

    /// For JSON and arithmetic that need not be exact.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^53 thousandths")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Whether it is nothing, to the thousandth.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The difference, or zero where `other` is larger.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Scalar {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Scalar {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// Stops at zero.
impl Sub for Scalar {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 % PER_UNIT {
            0 => (self.0 / PER_UNIT).to_string(),
            rest => format!("{}.{rest:03}", self.0 / PER_UNIT).trim_end_matches('0').to_owned(),
        };
        f.pad(&text)
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 % PER_UNIT {
            0 => serializer.serialize_u64(self.0 / PER_UNIT),
            _ => serializer.serialize_f64(self.as_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let amount = f64::deserialize(deserializer)?;
        if amount < 0.0 {
            return Err(serde::de::Error::custom("an amount must not be negative"));
        }
        Ok(Self::from_f64(amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_add_up_exactly() {
        let tenth = Scalar::from_f64(0.1);
        let sum = (0..10).fold(Scalar::ZERO, |sum, _| sum + tenth);
        assert_eq!(sum, Scalar::whole(1));
    }

    #[test]
    fn amounts_print_without_trailing_zeros() {
        assert_eq!(Scalar::from_f64(20.0).to_string(), "20");
        assert_eq!(Scalar::from_f64(0.25).to_string(), "0.25");
        assert_eq!(Scalar::from_f64(0.001).to_string(), "0.001");
    }

    #[test]
    fn json_keeps_the_amount() {
        for thousandths in [0, 1, 100, 1000, 20_500] {
            let amount = Scalar::from_thousandths(thousandths);
            let text = serde_json::to_string(&amount).expect("serialises");
            assert_eq!(serde_json::from_str::<Scalar>(&text).expect("parses"), amount);
        }
    }
}
