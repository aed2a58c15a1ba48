//! Annotations of a pull request: GitHub's workflow commands. It shows ten of a step, so the tenth says how
//! many more there are.

use crate::diagnostic::{Diagnostic, Severity};

const SHOWN: usize = 10;

/// One workflow command for each diagnostic, ten at most. Empty if there are none.
#[must_use]
pub fn github(diagnostics: &[Diagnostic]) -> String {
    let listed = if diagnostics.len() > SHOWN { SHOWN - 1 } else { diagnostics.len() };
    let mut text: String = diagnostics[..listed].iter().map(command).collect();
    let rest = &diagnostics[listed..];
    if let Some(next) = rest.first() {
        let title = property("More errors");
        let (file, line) = (property(&next.file), next.start.line);
        let message = format!("{} more errors, the first of them here", rest.len());
        text.push_str(&format!("::error file={file},line={line},title={title}::{}\n", data(&message)));
    }
    text
}

fn command(found: &Diagnostic) -> String {
    let word = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let end = match found.end.line == found.start.line {
        true => format!(",endColumn={}", found.end.column),
        false => String::new(),
    };
    let hint = found.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    format!(
        "::{word} file={},line={},col={}{end},title={}::{}\n",
        property(&found.file),
        found.start.line,
        found.start.column,
        property(found.code),
        data(&format!("{}{hint}", found.message)),
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
