//! A rollout's lines in colour. What they say is the core's business: `git push` shows the same.

use super::style::{BAD, BUSY, FAINT, GOOD, paint};
use anstyle::Style;

/// Colours the word that says how things are, or the moment.
pub(crate) fn rollout_line(line: &str) -> String {
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    match style_of(first) {
        Some(style) if rest.is_empty() => paint(first, style).to_string(),
        Some(style) => format!("{} {rest}", paint(first, style)),
        None => line.to_owned(),
    }
}

fn style_of(first: &str) -> Option<Style> {
    match first {
        "success:" => Some(GOOD.bold()),
        "error:" => Some(BAD.bold()),
        "warning:" | "superseded:" => Some(BUSY.bold()),
        moment if moment.starts_with('+') => Some(FAINT),
        _ => None,
    }
}
