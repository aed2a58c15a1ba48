//! From when on: a moment, or so long before now.

use crate::model::Timestamp;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// As people and requests write it: `2026-11-23T14:00:00Z`, `10m`, `1h30m`, `2d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// This moment, with as many digits as it was written with.
    At(jiff::Timestamp),
    /// So long before whoever is asked hears of it.
    Ago(Duration),
}

/// What is neither a moment nor a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write it like 10m, 1h30m or 2026-11-23T14:00:00Z")]
pub struct NotSince;

impl Since {
    /// Which moment that is; never before 1970.
    #[must_use]
    pub fn moment(self, now: Timestamp) -> jiff::Timestamp {
        let now = i64::try_from(now.0).ok().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
        let moment = match self {
            Self::At(moment) => Some(moment),
            Self::Ago(span) => now.and_then(|now| now.checked_sub(span).ok()),
        };
        moment.unwrap_or_default().max(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl FromStr for Since {
    type Err = NotSince;

    fn from_str(text: &str) -> Result<Self, NotSince> {
        if let Ok(moment) = text.parse() {
            return Ok(Self::At(moment));
        }
        let span: jiff::Span = text.parse().map_err(|_| NotSince)?;
        // A day is 24 hours here: nobody's calendar is asked.
        let span = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| NotSince)?;
        Duration::try_from(span).map(Self::Ago).map_err(|_| NotSince)
    }
}

impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(moment) => moment.fmt(f),
            Self::Ago(span) => write!(f, "{}s", span.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> String {
        let since: Since = text.parse().expect("readable");
        since.moment(Timestamp(1_700_000_000_000)).to_string()
    }

    #[test]
    fn moments_and_spans_are_told_apart() {
        assert_eq!(moment("2026-11-23T14:00:00.25Z"), "2026-11-23T14:00:00.25Z");
        assert_eq!(moment("2026-11-23T14:00:00+02:00"), "2026-11-23T12:00:00Z");
        assert_eq!(moment("10m"), "2023-11-14T22:03:20Z");
        assert_eq!(moment("1h30m"), "2023-11-14T20:43:20Z");
        assert_eq!(moment("2d"), "2023-11-12T22:13:20Z");
        assert_eq!(moment("100000d"), "1970-01-01T00:00:00Z");
        for text in ["", "yesterday", "10", "-5m", "2026-11-23", "10m ago", "1y"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_span_is_written_as_it_can_be_read() {
        for text in ["5400s", "2026-11-23T14:00:00Z"] {
            assert_eq!(text.parse::<Since>().expect("readable").to_string(), text);
        }
    }
}
