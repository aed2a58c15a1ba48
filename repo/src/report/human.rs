//! For people: the line, a caret under what is wrong, and what to do, as compilers show it.

use crate::diagnostic::{Diagnostic, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::BTreeSet;

/// Lines longer than this are cut around the caret.
const WIDTH: usize = 140;

/// Whether to colour. Words and symbols are the same either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// No escape sequences: for files, pipes and what goes through git.
    #[default]
    Plain,
    /// ANSI colours: for a terminal.
    Coloured,
}

/// All diagnostics, one below the other, and a line that counts them. Empty if there are none.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], style: Style) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let renderer = renderer.term_width(WIDTH);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&groups(diagnostic)));
        text.push_str("\n\n");
    }
    text.push_str(&total(diagnostics));
    text.push('\n');
    text
}

fn groups(diagnostic: &Diagnostic) -> Vec<Group<'_>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
    let mut group = if diagnostic.source.is_empty() {
        title.element(Origin::path(&*diagnostic.file).line(1).char_column(1))
    } else {
        let caret = AnnotationKind::Primary.span(diagnostic.span.clone());
        let caret = if diagnostic.label.is_empty() { caret } else { caret.label(diagnostic.label.as_str()) };
        title.element(Snippet::source(&*diagnostic.source).path(&*diagnostic.file).annotation(caret))
    };
    for related in &diagnostic.related {
        let there = AnnotationKind::Context.span(related.span.clone()).label(related.label.as_str());
        group = group.element(Snippet::source(&*related.source).path(&*related.file).annotation(there));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    vec![group]
}

fn total(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|found| found.severity == severity).count();
    let files: BTreeSet<&str> = diagnostics.iter().map(|found| &*found.file).collect();
    let parts = [("error", count(Severity::Error)), ("warning", count(Severity::Warning))];
    let parts = parts.into_iter().filter(|(_, count)| *count > 0).map(|(word, count)| plural(count, word));
    format!("{} in {}", parts.collect::<Vec<_>>().join(" and "), plural(files.len(), "file"))
}

fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
