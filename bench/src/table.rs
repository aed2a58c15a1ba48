//! The result: one row for each goal, the goal beside it.

use crate::stats::Series;
use std::fmt::Write as _;

/// What a suite found.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) rows: Vec<Row>,
    /// Beside the goals.
    pub(crate) details: Vec<Details>,
}

impl From<Vec<Row>> for Findings {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, details: Vec::new() }
    }
}

/// A table of its own, without goals.
pub(crate) struct Details {
    title: &'static str,
    head: &'static [&'static str],
    lines: Vec<Vec<String>>,
}

impl Details {
    pub(crate) fn new(title: &'static str, head: &'static [&'static str]) -> Self {
        Self { title, head, lines: Vec::new() }
    }

    /// One cell for each word of the head.
    pub(crate) fn push(&mut self, line: Vec<String>) {
        self.lines.push(line);
    }

    /// As Markdown.
    pub(crate) fn markdown(&self) -> String {
        let rule = vec!["---"; self.head.len()].join("|");
        let mut text = format!("## {}\n\n| {} |\n|{rule}|\n", self.title, self.head.join(" | "));
        for line in &self.lines {
            writeln!(text, "| {} |", line.join(" | ")).expect("text grows");
        }
        text
    }
}

pub(crate) struct Row {
    pub(crate) goal: &'static str,
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) floor: Series,
    pub(crate) product: Series,
    pub(crate) measure: Measure,
}

/// What is held against the goal.
pub(crate) enum Measure {
    /// product / floor, pair by pair of one run, may be at most this.
    AtMost { ratios: Series, bar: f64 },
    /// The product's own figure may be at most this.
    Figure { bar: f64 },
}

impl Measure {
    /// Pairs what was measured one after the other.
    pub(crate) fn ratio(product: &[f64], floor: &[f64], bar: f64) -> Self {
        let ratios = product.iter().zip(floor).map(|(product, floor)| product / floor).collect();
        Self::AtMost { ratios, bar }
    }
}

impl Row {
    fn cells(&self) -> [String; 7] {
        let (value, bar) = match &self.measure {
            Measure::AtMost { ratios, bar } => (ratios.median(), *bar),
            Measure::Figure { bar } => (self.product.median(), *bar),
        };
        let ratio = match &self.measure {
            Measure::AtMost { ratios, .. } => ratios.to_string(),
            Measure::Figure { .. } => "-".to_owned(),
        };
        let verdict = if value <= bar { "met" } else { "missed" };
        let floor = if self.floor.median().is_nan() { "-".to_owned() } else { self.floor.to_string() };
        let what = format!("{}, {}", self.what, self.unit);
        [self.goal.to_owned(), what, floor, self.product.to_string(), ratio, format!("<= {bar}"), verdict.to_owned()]
    }
}

/// As Markdown.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| goal | what | floor | shipctl | ratio | must | |\n|---|---|---|---|---|---|---|\n");
    for row in rows {
        writeln!(text, "| {} |", row.cells().join(" | ")).expect("text grows");
    }
    text
}
