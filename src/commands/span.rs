//! Spans of time as people write them: `90s`, `10m`, `1h`.

use std::time::Duration;

const FORM: &str = "write it like 90s, 10m or 1h";

pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(FORM.to_owned()),
    };
    let count: u64 = digits.parse().map_err(|_| FORM.to_owned())?;
    Ok(Duration::from_secs(count.saturating_mul(unit)))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn spans_have_a_unit_or_are_seconds() {
        assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(parse("1h"), Ok(Duration::from_secs(3600)));
        for text in ["", "m", "1d", "-1s", "1.5h", "ä"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
