//! An argument that names an agent: its host name or its id.

use std::fmt;
use std::str::FromStr;

/// Goes into the path of an address as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AgentName(pub(crate) String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an agent is named by its host name or its id, without blanks and slashes")]
pub(crate) struct NoAgentName;

impl FromStr for AgentName {
    type Err = NoAgentName;

    fn from_str(text: &str) -> Result<Self, NoAgentName> {
        let is_odd = |letter: char| letter.is_whitespace() || letter.is_control() || "/\\%".contains(letter);
        let is_dots = text.chars().all(|letter| letter == '.');
        if is_dots || text.contains(is_odd) { Err(NoAgentName) } else { Ok(Self(text.to_owned())) }
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::AgentName;

    #[test]
    fn what_would_lead_to_another_address_is_no_name() {
        for text in ["", ".", "..", "a/b", "a b", "a%2fb", "a\\b", "a\n"] {
            assert!(text.parse::<AgentName>().is_err(), "{text:?}");
        }
        for text in ["node-1", "agent-1f20", "node.example.com", "größe"] {
            assert_eq!(text.parse::<AgentName>().map(|name| name.0).as_deref(), Ok(text));
        }
    }
}
