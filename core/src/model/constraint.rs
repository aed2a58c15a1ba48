//! Placement rules as an app states them (marathon-v2, section 3). Whether an agent satisfies one is
//! decided in `schedule`.

use super::pattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// `[field, OPERATOR, value?]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Constraint {
    /// `hostname`, `@zone`, `@region` or the name of an agent attribute.
    pub field: String,
    /// What the agent's value must be like, given the app's other tasks of the same configuration.
    pub operator: Operator,
}

/// What is asked of the field's value. An agent without such a value satisfies `UNLIKE` alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// No two tasks on agents with the same value.
    Unique,
    /// With a value: that value. Without: the value of the first task placed.
    Cluster(Option<String>),
    /// Evenly over at least this many groups; 0 = over those known.
    GroupBy(u32),
    /// A regular expression that the whole value matches.
    Like(String),
    /// A regular expression that the whole value does not match.
    Unlike(String),
    /// At most so many tasks on agents with the same value.
    MaxPer(u32),
    /// Exactly this value; numbers are compared as numbers.
    Is(String),
}

/// Why three strings are no constraint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// Fewer than two strings, or more than three.
    #[error("a constraint has two or three fields: [field, operator, value]")]
    Arity,
    /// The second string is none of ours, in any case of letters; held as written.
    #[error("`{0}` is not an operator: use UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS")]
    Operator(String),
    /// UNIQUE came with a value that is not empty.
    #[error("UNIQUE does not accept a value")]
    UniqueValue,
    /// Neither a whole number above 0 nor `inf`; held as written.
    #[error("GROUP_BY takes a positive number or no value at all, not `{0}`")]
    GroupBy(String),
    /// No whole number; held as written.
    #[error("MAX_PER takes a whole number, not `{0}`")]
    MaxPer(String),
    /// MAX_PER stands without a value.
    #[error("MAX_PER needs a number")]
    NoNumber,
    /// LIKE or UNLIKE, held here, stands without a value.
    #[error("{0} needs a regular expression")]
    NoPattern(&'static str),
    /// What LIKE or UNLIKE came with does not compile.
    #[error("`{pattern}` is not a regular expression: {reason}")]
    Pattern {
        /// As written.
        pattern: String,
        /// The regex parser's words.
        reason: String,
        /// Which character of the pattern is to blame, counted from 1; `None` = the pattern as a whole.
        at: Option<usize>,
    },
}

impl ConstraintError {
    /// Which of the three strings is to blame.
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        match self {
            Self::Arity | Self::NoPattern(_) | Self::NoNumber => None,
            Self::Operator(_) => Some(1),
            Self::UniqueValue | Self::GroupBy(_) | Self::MaxPer(_) | Self::Pattern { .. } => Some(2),
        }
    }
}

impl Operator {
    /// Whether it depends on where the app's other tasks stand.
    #[must_use]
    pub fn counts_tasks(&self) -> bool {
        match self {
            Self::Unique | Self::Cluster(None) | Self::GroupBy(_) | Self::MaxPer(_) => true,
            Self::Cluster(Some(_)) | Self::Like(_) | Self::Unlike(_) | Self::Is(_) => false,
        }
    }
}

impl Constraint {
    /// The words for operators, as people write them.
    pub const OPERATORS: [&str; 7] = ["UNIQUE", "CLUSTER", "GROUP_BY", "LIKE", "UNLIKE", "MAX_PER", "IS"];

    /// Reads the array form. The operator may be in any case; an empty value counts as none, as old
    /// clients send it with UNIQUE.
    pub fn parse(parts: &[String]) -> Result<Self, ConstraintError> {
        let (field, operator, value) = match parts {
            [field, operator] => (field, operator, None),
            [field, operator, value] => (field, operator, Some(value.as_str()).filter(|v| !v.is_empty())),
            _ => return Err(ConstraintError::Arity),
        };
        let operator = match operator.to_ascii_uppercase().as_str() {
            "UNIQUE" if value.is_some() => return Err(ConstraintError::UniqueValue),
            "UNIQUE" => Operator::Unique,
            "CLUSTER" => Operator::Cluster(value.map(str::to_owned)),
            "GROUP_BY" => Operator::GroupBy(group_count(value)?),
            "LIKE" => Operator::Like(pattern("LIKE", value)?),
            "UNLIKE" => Operator::Unlike(pattern("UNLIKE", value)?),
            "MAX_PER" => {
                let text = value.ok_or(ConstraintError::NoNumber)?;
                Operator::MaxPer(text.parse().map_err(|_| ConstraintError::MaxPer(text.to_owned()))?)
            }
            "IS" => Operator::Is(value.unwrap_or_default().to_owned()),
            _ => return Err(ConstraintError::Operator(operator.clone())),
        };
        Ok(Self { field: field.clone(), operator })
    }

    /// Whether it speaks of the machine itself, by either of its names.
    #[must_use]
    pub fn is_on_hostname(&self) -> bool {
        matches!(self.field.as_str(), "hostname" | "@hostname")
    }
}

fn group_count(value: Option<&str>) -> Result<u32, ConstraintError> {
    match value {
        None => Ok(0),
        Some(text) if text.eq_ignore_ascii_case("inf") => Ok(u32::MAX),
        Some(text) => match text.parse() {
            Ok(0) | Err(_) => Err(ConstraintError::GroupBy(text.to_owned())),
            Ok(count) => Ok(count),
        },
    }
}

fn pattern(operator: &'static str, value: Option<&str>) -> Result<String, ConstraintError> {
    let text = value.ok_or(ConstraintError::NoPattern(operator))?;
    match pattern::check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(err) => Err(ConstraintError::Pattern { pattern: text.to_owned(), reason: err.reason, at: err.at }),
    }
}

impl Operator {
    /// The operator's word and its value, as they stand in an app file.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Unique => ("UNIQUE", None),
            Self::Cluster(value) => ("CLUSTER", value.clone()),
            Self::GroupBy(0) => ("GROUP_BY", None),
            Self::GroupBy(u32::MAX) => ("GROUP_BY", Some("inf".to_owned())),
            Self::GroupBy(count) => ("GROUP_BY", Some(count.to_string())),
            Self::Like(pattern) => ("LIKE", Some(pattern.clone())),
            Self::Unlike(pattern) => ("UNLIKE", Some(pattern.clone())),
            Self::MaxPer(count) => ("MAX_PER", Some(count.to_string())),
            Self::Is(value) => ("IS", Some(value.clone())),
        }
    }
}

impl From<Constraint> for Vec<String> {
    fn from(constraint: Constraint) -> Self {
        let (word, value) = constraint.operator.parts();
        [constraint.field, word.to_owned()].into_iter().chain(value).collect()
    }
}

impl TryFrom<Vec<String>> for Constraint {
    type Error = ConstraintError;
    fn try_from(parts: Vec<String>) -> Result<Self, Self::Error> {
        Self::parse(&parts)
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Vec::from(self.clone()).join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parts: &[&str]) -> Result<Operator, ConstraintError> {
        let parts: Vec<String> = parts.iter().map(|s| (*s).to_owned()).collect();
        Constraint::parse(&parts).map(|constraint| constraint.operator)
    }

    #[test]
    fn unique_drops_the_empty_value_of_old_clients() {
        assert_eq!(parse(&["hostname", "UNIQUE", ""]), Ok(Operator::Unique));
        assert_eq!(parse(&["hostname", "unique"]), Ok(Operator::Unique));
        assert_eq!(parse(&["hostname", "UNIQUE", "x"]), Err(ConstraintError::UniqueValue));
    }

    #[test]
    fn values_are_checked_by_operator() {
        assert_eq!(parse(&["rack", "GROUP_BY"]), Ok(Operator::GroupBy(0)));
        assert_eq!(parse(&["rack", "GROUP_BY", "0"]), Err(ConstraintError::GroupBy("0".into())));
        assert_eq!(parse(&["rack", "MAX_PER", "two"]), Err(ConstraintError::MaxPer("two".into())));
        assert_eq!(parse(&["rack", "MAX_PER"]), Err(ConstraintError::NoNumber));
        assert_eq!(parse(&["rack", "LIKE"]), Err(ConstraintError::NoPattern("LIKE")));
        assert!(matches!(parse(&["rack", "LIKE", "a("]), Err(ConstraintError::Pattern { .. })));
        assert_eq!(parse(&["rack"]), Err(ConstraintError::Arity));
    }

    #[test]
    fn the_array_form_survives_a_round_trip() {
        for parts in [vec!["hostname", "UNIQUE"], vec!["rack", "LIKE", "a|b"], vec!["rack", "GROUP_BY", "inf"]] {
            let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
            let constraint = Constraint::parse(&parts).expect("valid");
            assert_eq!(Vec::from(constraint), parts);
        }
    }
}
