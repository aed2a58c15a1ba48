//! A machine that runs tasks, as it describes itself.

use super::{AgentId, Resources, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// What an agent says of itself when it joins, and again whenever it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentInfo {
    /// Stays the same over restarts and new host names; see [`AgentId`].
    pub id: AgentId,
    /// The machine's own name unless its settings give another; what people, logs and `hostname` constraints call it.
    pub hostname: String,
    /// All that tasks of any role may use, whether in use or not.
    pub resources: Resources,
    /// Beyond `resources`: what only tasks of apps that accept the role may use, by role; never `*`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<String, Resources>,
    /// Host ports that tasks may be given, in ascending order, not overlapping.
    pub ports: Vec<PortRange>,
    /// By name, for constraints; from the agent's settings.
    pub attributes: BTreeMap<String, Attribute>,
    /// What `@zone` constraints compare; `None` = not said, and only `UNLIKE` fits.
    pub zone: Option<String>,
    /// What `@region` constraints compare; `None` = not said, and only `UNLIKE` fits.
    pub region: Option<String>,
    /// Images that its engine has, in the form of [`Image::reference`](super::Image::reference).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub images: BTreeSet<String>,
    /// While it is down the agent gets no tasks.
    pub engine: EngineState,
}

/// Whether the agent's Docker Engine answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EngineState {
    /// It answers; containers can be started and watched.
    Up {
        /// As the engine gives it, for people.
        version: String,
    },
    /// In the engine's or the connection's own words. Tasks are unknown meanwhile, not lost.
    Down {
        /// One line for people, shown as the agent's state.
        reason: String,
    },
}

/// Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Ends")]
pub struct PortRange {
    /// The lowest port; at most `last`.
    pub first: u16,
    /// The highest port, itself still in the range.
    pub last: u16,
}

/// As an agent or a client says it.
#[derive(Deserialize, JsonSchema)]
struct Ends {
    first: u16,
    last: u16,
}

impl TryFrom<Ends> for PortRange {
    type Error = PortRangeError;

    fn try_from(Ends { first, last }: Ends) -> Result<Self, PortRangeError> {
        Self::new(first, last).ok_or_else(|| PortRangeError(format!("{first}-{last}")))
    }
}

impl PortRange {
    /// `None` if it would hold no port, or port 0.
    fn new(first: u16, last: u16) -> Option<Self> {
        (0 < first && first <= last).then_some(Self { first, last })
    }

    /// What Mesos agents offer, and so what existing firewalls expect (marathon-v2, section 4.3).
    pub const DEFAULT: Self = Self { first: 31000, last: 32000 };

    /// Marathon's own range of service ports, `--local_port_min` to `--local_port_max` (marathon-v2, section 4.2).
    pub const SERVICE: Self = Self { first: 10000, last: 20000 };

    /// Whether a host port lies in the range, ends included.
    #[must_use]
    pub fn holds(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

/// A text that is no range of ports; held as written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of ports, such as `31000-32000`")]
pub struct PortRangeError(pub String);

/// Reads `31000-32000`, or `80` for a single port; 0 is none.
impl FromStr for PortRange {
    type Err = PortRangeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (first.trim().parse(), last.trim().parse()) {
            (Ok(first), Ok(last)) => Self::new(first, last).ok_or_else(|| PortRangeError(text.trim().to_owned())),
            _ => Err(PortRangeError(text.trim().to_owned())),
        }
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// An agent's attribute; constraints compare its text (marathon-v2, section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Attribute {
    /// Rounded to thousandths and compared by value: `IS 4.0` fits `4`.
    Number(Scalar),
    /// Several values at once; its text is `{a,b}` in the order of the letters.
    Set(BTreeSet<String>),
    /// Anything else, compared letter by letter.
    Text(String),
}

impl Attribute {
    /// Reads a value as people write it: `{a,b}` is a set, a number as JSON writes them is one (`007` is a name), and
    /// anything else is a text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if let Some(members) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let members = members.split([',', ';']).map(str::trim).filter(|member| !member.is_empty());
            return Self::Set(members.map(str::to_owned).collect());
        }
        let number: Option<Scalar> = serde_json::from_str(text).ok();
        number.map_or_else(|| Self::Text(text.to_owned()), Self::Number)
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Set(values) => {
                write!(f, "{{{}}}", values.iter().map(String::as_str).collect::<Vec<_>>().join(","))
            }
            Self::Text(text) => f.pad(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_ports_holds_one_at_least_whoever_says_it() {
        let said = |text| serde_json::from_str::<PortRange>(text);
        assert_eq!(said(r#"{"first":1,"last":2}"#).expect("a range"), PortRange { first: 1, last: 2 });
        for bad in [r#"{"first":65534,"last":0}"#, r#"{"first":0,"last":2}"#] {
            let error = said(bad).expect_err("no range").to_string();
            assert!(error.contains("is no range of ports"), "{error}");
        }
    }
}
