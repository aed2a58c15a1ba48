//! Whether an agent satisfies a constraint, given where the app's other tasks stand (marathon-v2,
//! section 3; GROUP_BY as released, counting the groups that exist rather than those discovered so far).

use crate::model::{AgentInfo, AppSpec, Constraint, Operator, Scalar};
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

/// Java's `matches`: the whole value, not a part of it.
fn matches_whole(pattern: &str, value: &str) -> bool {
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(value))
}

/// Numbers are compared as numbers, so `IS 4.0` matches `4`.
fn is(wanted: &str, value: &str) -> bool {
    let number = |text: &str| text.parse().map(Scalar::from_f64);
    match (number(wanted), number(value)) {
        (Ok(wanted), Ok(value)) => wanted == value,
        (Ok(_) | Err(_), Ok(_) | Err(_)) => wanted == value,
    }
}

/// The first constraint that the agent does not satisfy.
#[must_use]
pub fn breaks<'a>(
    spec: &'a AppSpec,
    agent: &AgentInfo,
    placed: &[&AgentInfo],
    all: &[&AgentInfo],
) -> Option<&'a Constraint> {
    spec.constraints.iter().find(|rule| !accepts(rule, agent, placed, all))
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
