//! A machine that runs tasks, as it describes itself.

use super::{AgentId, Resources, Scalar};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an agent says of itself when it joins, and again whenever it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentInfo {
    pub id: AgentId,
    pub hostname: String,
    /// All that tasks may use, whether in use or not.
    pub resources: Resources,
    /// Host ports that tasks may be given, in ascending order, not overlapping.
    pub ports: Vec<PortRange>,
    pub attributes: BTreeMap<String, Attribute>,
    pub zone: Option<String>,
    pub region: Option<String>,
    pub engine: EngineState,
}

/// Whether the agent's Docker Engine answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineState {
    Up {
        version: String,
    },
    /// In the engine's or the connection's own words. Tasks are unknown meanwhile, not lost.
    Down {
        reason: String,
    },
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PortRange {
    pub first: u16,
    pub last: u16,
}

impl PortRange {
    /// What Mesos agents offer, and so what existing firewalls expect (marathon-v2, section 4.3).
    pub const DEFAULT: Self = Self { first: 31000, last: 32000 };

    #[must_use]
    pub fn holds(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// An agent's attribute; constraints compare its text (marathon-v2, section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    Number(Scalar),
    Text(String),
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}
