//! Which forms of an answer a client takes, and which of two it would rather have.

use axum::http::{HeaderMap, header};

/// How much it wants this type: 0 = not at all. Who says nothing takes anything.
pub(in crate::api) fn weight(headers: &HeaderMap, kind: &str) -> f32 {
    if !headers.contains_key(header::ACCEPT) {
        return 1.0;
    }
    let group = kind.split_once('/').map(|(group, _)| format!("{group}/*")).unwrap_or_default();
    let ranges = ranges(headers);
    let named = |wanted: &str| ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(wanted)).map(|(_, q)| *q);
    [kind, &group, "*/*"].into_iter().find_map(named).unwrap_or(0.0)
}

/// Whether `text/plain` is asked for, and JSON is not wanted more. Who takes anything gets JSON.
pub(super) fn prefers_text(headers: &HeaderMap) -> bool {
    let ranges = ranges(headers);
    let weight =
        |kind: &str| ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(kind)).map_or(0.0, |(_, q)| *q);
    let json = ["application/json", "application/*"].map(weight).into_iter().fold(0.0, f32::max);
    weight("text/plain") > json
}

fn ranges(headers: &HeaderMap) -> Vec<(&str, f32)> {
    let named = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|list| list.split(',')).map(range).collect()
}

/// A range of media types and its weight.
fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse().ok());
    (kind, weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn what_is_taken_and_how_gladly() {
        let weighs = |text: &'static str, kind: &str| {
            weight(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))]), kind)
        };
        assert!(weighs("text/html, */*;q=0.1", "text/event-stream") > 0.0);
        assert!(weighs("text/*", "text/event-stream") > 0.0);
        assert!(weighs("application/json", "text/event-stream") <= 0.0);
        assert!(weighs("application/json;q=0, */*", "application/json") <= 0.0);
        assert!(weight(&HeaderMap::new(), "application/json") > 0.0);
    }

    #[test]
    fn text_is_for_who_asks_for_it() {
        let asks = |text: &'static str| {
            prefers_text(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))]))
        };
        assert!(
            asks("text/plain") && asks("text/plain, */*;q=0.5") && asks("application/json;q=0.3, text/plain;q=0.9")
        );
        assert!(!asks("*/*") && !asks("application/json, text/plain") && !asks("text/html"));
        assert!(!prefers_text(&HeaderMap::new()));
    }
}
