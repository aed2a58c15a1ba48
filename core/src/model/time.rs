//! Moments, as the shell passes them in. The core never asks what time it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Add;
use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// As RFC 3339 with milliseconds, in UTC.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let millis = i64::try_from(self.0).unwrap_or(i64::MAX);
        let at = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
        format!("{at:.3}")
    }

    /// A moment as RFC 3339 writes it, with `Z` or an offset; finer than a millisecond is cut off. `None` for any other
    /// text, and for moments before 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        u64::try_from(at.as_millisecond()).ok().map(Self)
    }

    /// How long after `earlier` this is; zero if it is not after.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// The version of an app: the moment its definition was accepted, unique and increasing in a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Version(pub Timestamp);

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn moments_have_milliseconds() {
        assert_eq!(Timestamp(0).rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp(1_700_000_000_120).rfc3339(), "2023-11-14T22:13:20.120Z");
        for text in ["2023-11-14T22:13:20.120Z", "2023-11-14T23:13:20.1209+01:00"] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(1_700_000_000_120)), "{text}");
        }
        assert_eq!(Timestamp::parse("1950-01-01T00:00:00Z").or(Timestamp::parse("soon")), None);
    }
}
