//! A plan's lines in colour. What they say is the core's business: `git push` shows the same.

use super::style::{BAD, BUSY, FAINT, GOOD, HEADER, paint};
use anstyle::Style;
use ship_core::plan::{Plan, report};

pub(crate) fn plan_lines(plan: &Plan) -> Vec<String> {
    report(plan).iter().map(|line| plan_line(line)).collect()
}

fn plan_line(line: &str) -> String {
    match style_of(line) {
        Some(style) => paint(line, style).to_string(),
        None => line.to_owned(),
    }
}

fn style_of(line: &str) -> Option<Style> {
    let sign = line.strip_prefix("  ").and_then(|rest| rest.split_once(' ')).map(|(sign, _)| sign);
    match sign {
        Some("+") => Some(GOOD),
        Some("~" | "=") => Some(BUSY),
        Some("-") => Some(BAD),
        Some(".") => Some(FAINT),
        _ if line.starts_with("plan ") => Some(HEADER),
        _ if line.starts_with("warning:") => Some(BUSY.bold()),
        _ => None,
    }
}
