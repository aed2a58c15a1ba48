//! Which of two forms a client would rather have.

use axum::http::{HeaderMap, header};

/// Whether `text/plain` is asked for, and JSON is not wanted more. Who takes anything gets JSON.
pub(super) fn prefers_text(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(&str, f32)> = named.flat_map(|list| list.split(',')).map(range).collect();
    let weight =
        |kind: &str| ranges.iter().find(|(range, _)| range.eq_ignore_ascii_case(kind)).map_or(0.0, |(_, q)| *q);
    let json = ["application/json", "application/*"].map(weight).into_iter().fold(0.0, f32::max);
    weight("text/plain") > json
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
