//! `--timeout`: how long to watch a rollout.

use std::time::Duration;

#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Limit {
    /// Stop watching after this long (`90s`, `10m`, `1h`) and exit with 5; the rollout goes on
    #[arg(long, value_name = "SPAN", value_parser = parse)]
    timeout: Option<Duration>,
}

impl Limit {
    pub(crate) fn span(self) -> Option<Duration> {
        self.timeout
    }
}

fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err("write it like 90s, 10m or 1h".to_owned()),
    };
    let count: u64 = digits.parse().map_err(|_| "write it like 90s, 10m or 1h".to_owned())?;
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
