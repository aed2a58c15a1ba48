//! For programs: one document, with a version that changes only when a field changes its meaning.

use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::lines::Position;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: u32,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: Severity,
    file: &'a str,
    start: Position,
    end: Position,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedEntry<'a>>,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    file: &'a str,
    start: Position,
    message: &'a str,
}

/// All diagnostics as one JSON document; also if there are none.
#[must_use]
pub fn json(diagnostics: &[Diagnostic]) -> String {
    let document =
        Document { schema: "shipctl.diagnostics", version: 1, diagnostics: diagnostics.iter().map(entry).collect() };
    let mut text = serde_json::to_string_pretty(&document).expect("plain texts and numbers");
    text.push('\n');
    text
}

fn related_entry(other: &Related) -> RelatedEntry<'_> {
    RelatedEntry { file: &other.file, start: other.start, message: &other.label }
}

fn entry(found: &Diagnostic) -> Entry<'_> {
    Entry {
        code: found.code,
        severity: found.severity,
        file: &found.file,
        start: found.start,
        end: found.end,
        message: &found.message,
        label: &found.label,
        hint: found.hint.as_deref(),
        related: found.related.iter().map(related_entry).collect(),
    }
}
