//! What can go wrong with `git`, read from its words.

use std::io;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    #[error("cannot run `git`")]
    NoGit {
        #[source]
        source: io::Error,
    },
    #[error("`{name}` is not a commit of this repository")]
    NoCommit { name: String },
    #[error("the cluster's repository does not answer")]
    Unreachable { lines: Vec<String> },
    #[error("the cluster's repository does not let you in")]
    Denied { lines: Vec<String> },
    #[error("the cluster refused the push: nothing was changed")]
    Refused { reason: Refusal, lines: Vec<String> },
    #[error("`git {verb}` failed")]
    Failed { verb: String, lines: Vec<String> },
}

/// Why a push was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// App files have errors.
    Invalid,
    /// The branch or the cluster moved.
    Stale,
    /// A rule says no.
    Policy,
}

impl GitError {
    /// What a failed talk with another repository means.
    pub(super) fn of_failure(verb: String, stderr: &str) -> Self {
        let lines: Vec<String> = stderr.lines().map(|line| line.trim_end().to_owned()).collect();
        let says = |words: &[&str]| words.iter().any(|word| stderr.contains(word));
        if says(&["Failed to connect", "Could not resolve host", "Couldn't connect", "Connection refused"]) {
            Self::Unreachable { lines }
        } else if says(&[
            "Authentication failed",
            "returned error: 401",
            "returned error: 403",
            "could not read Username",
        ]) {
            Self::Denied { lines }
        } else {
            Self::Failed { verb, lines }
        }
    }

    /// The branch moved while we pushed: git says no more than that.
    #[must_use]
    pub(crate) fn is_stale_without_reason(&self) -> bool {
        matches!(self, Self::Refused { reason: Refusal::Stale, lines } if lines.is_empty())
    }

    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::NoGit { .. } => Some("install git, or put it on the PATH".to_owned()),
            Self::Refused { reason: Refusal::Stale, .. } => Some(
                "the cluster or its branch moved: pull if you are behind, then `shipctl apply` shows the new plan"
                    .to_owned(),
            ),
            Self::Refused { reason: Refusal::Policy, lines }
                if lines.iter().any(|line| line.contains("ship.prune=yes")) =>
            {
                Some("with shipctl that is `shipctl apply --prune`".to_owned())
            }
            Self::NoCommit { .. }
            | Self::Unreachable { .. }
            | Self::Denied { .. }
            | Self::Refused { .. }
            | Self::Failed { .. } => None,
        }
    }

    #[must_use]
    pub(crate) fn details(&self) -> &[String] {
        match self {
            Self::NoGit { .. } | Self::NoCommit { .. } => &[],
            Self::Unreachable { lines }
            | Self::Denied { lines }
            | Self::Refused { lines, .. }
            | Self::Failed { lines, .. } => lines,
        }
    }
}
