//! Spans and moments as people say them.

use ship_core::model::Timestamp;
use std::time::Duration;

/// Its two largest units at most.
pub(crate) fn span_text(span: Duration) -> String {
    let secs = span.as_secs();
    match secs {
        0..60 => format!("{secs} s"),
        60..3600 => format!("{} min", secs / 60),
        3600..86_400 => format!("{} h {} min", secs / 3600, secs % 3600 / 60),
        _ => format!("{} d {} h", secs / 86_400, secs % 86_400 / 3600),
    }
}

/// How long something took: tenths matter while they are few.
pub(crate) fn took_text(span: Duration) -> String {
    let secs = span.as_secs();
    match secs {
        0..60 => format!("{:.1} s", span.as_secs_f64()),
        60..3600 => format!("{} min {} s", secs / 60, secs % 60),
        _ => span_text(span),
    }
}

pub(crate) fn ago_text(then: Timestamp, now: Timestamp) -> String {
    format!("{} ago", span_text(now.since(then)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_say_them() {
        let text = |secs| span_text(Duration::from_secs(secs));
        assert_eq!(text(5), "5 s");
        assert_eq!(text(61), "1 min");
        assert_eq!(text(3700), "1 h 1 min");
        assert_eq!(text(90_000), "1 d 1 h");
    }

    #[test]
    fn what_took_long_is_told_in_less_detail() {
        let text = |millis| took_text(Duration::from_millis(millis));
        assert_eq!(text(840), "0.8 s");
        assert_eq!(text(61_500), "1 min 1 s");
        assert_eq!(text(3_700_000), "1 h 1 min");
    }
}
