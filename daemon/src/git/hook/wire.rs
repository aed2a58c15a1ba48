//! What hook and daemon say to each other: one call, then replies, each a line of JSON.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The moments of a push at which git asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hook {
    /// Before any ref moves; a status other than 0 refuses the whole push.
    PreReceive,
    /// After the refs moved; only a view.
    PostReceive,
}

#[derive(Debug, Serialize, Deserialize)]
pub(in crate::git) struct Call {
    pub(in crate::git) hook: Hook,
    pub(in crate::git) updates: Vec<RefUpdate>,
    pub(in crate::git) options: Vec<String>,
    /// Where the objects of the push are until it is accepted.
    pub(in crate::git) quarantine: Option<PathBuf>,
}

/// One ref that the push moves. All zeros stand for "not there".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::git) struct RefUpdate {
    pub(in crate::git) old: String,
    pub(in crate::git) new: String,
    pub(in crate::git) name: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reply {
    Line(String),
    /// The last one: the status to exit with.
    Exit(u8),
}

impl Hook {
    pub(in crate::git) const ALL: [Self; 2] = [Self::PreReceive, Self::PostReceive];
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PreReceive => "pre-receive",
            Self::PostReceive => "post-receive",
        })
    }
}

impl RefUpdate {
    /// Reads a line of a hook's standard input: `OLD NEW NAME`.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.splitn(3, ' ').map(str::to_owned);
        Some(Self { old: words.next()?, new: words.next()?, name: words.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_update_is_three_words() {
        let update = RefUpdate::parse("0000 1234 refs/heads/main").unwrap();
        assert_eq!(
            (update.old.as_str(), update.new.as_str(), update.name.as_str()),
            ("0000", "1234", "refs/heads/main")
        );
        assert_eq!(RefUpdate::parse("0000 1234"), None);
    }
}
