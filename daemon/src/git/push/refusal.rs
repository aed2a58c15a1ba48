//! A push that is not taken: why, in lines for the pushing terminal.

use ship_repo::Diagnostic;
use std::fmt;

/// What kind of no it is. `shipctl` turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::git) enum Reason {
    /// The files or the options hold mistakes.
    Invalid,
    /// The plan that was shown no longer holds.
    Stale,
    /// A rule of this repository is in the way.
    Policy,
}

#[derive(Debug)]
pub(in crate::git) struct Refusal {
    pub(in crate::git) reason: Reason,
    lines: Vec<String>,
    /// What is wrong with the files, where that is the reason.
    pub(in crate::git) findings: Vec<Diagnostic>,
}

impl Refusal {
    pub(super) fn new(reason: Reason) -> Self {
        Self { reason, lines: Vec::new(), findings: Vec::new() }
    }

    pub(super) fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    pub(super) fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.lines.extend(lines);
        self
    }

    pub(super) fn about(mut self, findings: Vec<Diagnostic>) -> Self {
        self.findings = findings;
        self
    }

    /// Everything to print; the last line is the verdict.
    pub(in crate::git) fn into_lines(mut self) -> Vec<String> {
        self.lines.push(format!("refused ({}): nothing was changed", self.reason));
        self.lines
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Invalid => "invalid",
            Self::Stale => "stale",
            Self::Policy => "policy",
        })
    }
}
