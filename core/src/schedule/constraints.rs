//! Whether an agent satisfies a constraint, given where the app's other tasks stand (marathon-v2,
//! section 3; GROUP_BY as released, counting the groups that exist rather than those discovered so far).

use crate::model::{AgentInfo, AppSpec, Constraint, Operator};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// The agent's value for a constraint's field, as text.
#[must_use]
pub fn attribute(agent: &AgentInfo, field: &str) -> Option<String> {
    match field {
        "hostname" | "@hostname" => Some(agent.hostname.clone()),
        "@zone" => agent.zone.clone(),
        "@region" => agent.region.clone(),
        _ => agent.attributes.get(field).map(ToString::to_string),
    }
}

/// Whether the agent may take one more task, beside those `placed`; `all` are the agents there are.
pub(super) fn accepts(rule: &Constraint, agent: &AgentInfo, placed: &[&AgentInfo], all: &[&AgentInfo]) -> bool {
    let Some(value) = attribute(agent, &rule.field) else {
        return matches!(rule.operator, Operator::Unlike(_));
    };
    let mut taken = placed.iter().filter_map(|agent| attribute(agent, &rule.field));
    match &rule.operator {
        Operator::Unique => !taken.any(|other| other == value),
        Operator::Cluster(Some(only)) => *only == value,
        Operator::Cluster(None) => taken.next().is_none_or(|first| first == value),
        Operator::GroupBy(groups) => groups_evenly(&value, *groups, taken, &known_groups(rule, all)),
        Operator::Like(pattern) => matches_whole(pattern, &value),
        Operator::Unlike(pattern) => !matches_whole(pattern, &value),
        Operator::MaxPer(limit) => taken.filter(|other| *other == value).count() < *limit as usize,
        Operator::Is(wanted) => is(wanted, &value),
    }
}

fn known_groups(rule: &Constraint, all: &[&AgentInfo]) -> BTreeSet<String> {
    all.iter().filter_map(|agent| attribute(agent, &rule.field)).collect()
}

fn groups_evenly(value: &str, groups: u32, taken: impl Iterator<Item = String>, known: &BTreeSet<String>) -> bool {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for other in taken {
        *counts.entry(other).or_default() += 1;
    }
    let Some(mine) = counts.get(value) else {
        return true;
    };
    let wanted = match groups {
        0 => known.len(),
        groups => known.len().min(groups as usize),
    };
    counts.len() >= wanted && counts.values().min() == Some(mine)
}

fn matches_whole(pattern: &str, value: &str) -> bool {
    anchored(pattern).is_some_and(|regex| regex.is_match(value))
}

/// Java's `matches`: the whole value, not a part of it. `None` = no regular expression, which matches nothing.
pub(super) fn anchored(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

/// The one name of a field that has two.
pub(super) fn canonical(field: &str) -> &str {
    if field == "@hostname" { "hostname" } else { field }
}

/// Numbers are compared as numbers, to the thousandth, so `IS 4.0` matches `4`.
pub(super) fn is(wanted: &str, value: &str) -> bool {
    match (thousandths(wanted), thousandths(value)) {
        (Some(wanted), Some(value)) => wanted.total_cmp(&value).is_eq(),
        (Some(_) | None, Some(_) | None) => wanted == value,
    }
}

/// `None` = no number, or none that can be compared.
fn thousandths(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    // Adding zero turns a negative zero into the ordinary one.
    number.is_finite().then(|| (number * 1000.0).round_ties_even() + 0.0)
}

/// Which of the running tasks stand where the app's constraints do not allow them: for each task, in the
/// order of `placed`, whether it must move. Earlier tasks have the older right. Uneven groups are no
/// reason to move.
#[must_use]
pub fn misplaced(spec: &AppSpec, placed: &[&AgentInfo]) -> Vec<bool> {
    let rules: Vec<&Constraint> =
        spec.constraints.iter().filter(|rule| !matches!(rule.operator, Operator::GroupBy(_))).collect();
    let mut kept: Vec<&AgentInfo> = Vec::new();
    placed
        .iter()
        .map(|agent| {
            let must_move = rules.iter().any(|rule| !accepts(rule, agent, &kept, &[]));
            if !must_move {
                kept.push(agent);
            }
            must_move
        })
        .collect()
}
