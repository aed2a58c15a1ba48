//! A mistake with everything that is needed to show it, in any format.

use crate::lines::{Position, floor};
use serde::Serialize;
use ship_core::manifest::{Finding, Rule};
use std::ops::Range;
use std::sync::Arc;

/// One mistake in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, such as `S0102`.
    pub code: &'static str,
    /// The rule that was broken; `code` is its short form.
    pub rule: Rule,
    /// Whether it keeps the file from being taken over.
    pub severity: Severity,
    /// Relative to the root of the repository.
    pub file: Arc<str>,
    /// The file's text; empty where it could not be read.
    pub source: Arc<str>,
    /// Byte offsets into `source`: what the caret underlines.
    pub span: Range<usize>,
    /// What `span` is in the JSON of the file, as RFC 6901 writes it; empty = the whole.
    pub pointer: String,
    /// Where `span` begins, for people.
    pub start: Position,
    /// Where `span` ends, for people: just behind the last character.
    pub end: Position,
    /// What is wrong, in one sentence that stands without the caret.
    pub message: String,
    /// Short words beside the caret; may be empty.
    pub label: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that take part.
    pub related: Vec<Related>,
}

/// The second place of a mistake that takes two, such as an id that is defined twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Relative to the root of the repository; may be the diagnostic's own file.
    pub file: Arc<str>,
    /// That file's text.
    pub source: Arc<str>,
    /// Byte offsets into this `source`.
    pub span: Range<usize>,
    /// Where `span` begins, for people.
    pub start: Position,
    /// What stands there; the words beside its caret.
    pub label: String,
}

/// How bad a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file, and with it the commit, is refused.
    Error,
    /// It is told, and refuses nothing; no rule of ours is one yet.
    Warning,
}

/// A file's name and text, shared by all that is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub file: Arc<str>,
    pub text: Arc<str>,
}

impl Source {
    /// A file of which only the name is known.
    pub(crate) fn unread(file: Arc<str>) -> Self {
        Self { file, text: "".into() }
    }

    pub(crate) fn diagnostic(&self, finding: Finding, span: Range<usize>) -> Diagnostic {
        let span = floor(&self.text, span.start)..floor(&self.text, span.end.max(span.start));
        Diagnostic {
            code: finding.rule.code(),
            rule: finding.rule,
            severity: Severity::Error,
            file: self.file.clone(),
            source: self.text.clone(),
            start: Position::of(&self.text, span.start),
            end: Position::of(&self.text, span.end),
            span,
            pointer: finding.place.pointer,
            message: finding.message,
            label: finding.label,
            hint: finding.hint,
            related: Vec::new(),
        }
    }

    pub(crate) fn related(&self, span: Range<usize>, label: String) -> Related {
        let start = Position::of(&self.text, span.start);
        Related { file: self.file.clone(), source: self.text.clone(), span, start, label }
    }
}

/// By file, then place: the same order whatever the threads did.
pub(crate) fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics
        .sort_by(|a, b| (&a.file, a.span.start, a.code, &a.message).cmp(&(&b.file, b.span.start, b.code, &b.message)));
}
