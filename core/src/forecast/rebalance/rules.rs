//! How many tasks stand against a constraint, in one picture and in another.

use super::{Mended, count};
use crate::cluster::Cluster;
use crate::model::{AgentId, AgentInfo, AppSpec, Constraint, Operator, Timestamp};
use crate::schedule::{attribute, misplaced};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of the app that fewer tasks would be against, in the second picture than in the first.
pub(super) fn mended(spec: &AppSpec, [was, is]: [Vec<AgentId>; 2], cluster: &Cluster, now: Timestamp) -> Vec<Mended> {
    let mended = spec.constraints.iter().filter_map(|rule| {
        let [before, after] = [&was, &is].map(|places| against(rule, spec, places, cluster, now));
        (after < before).then(|| Mended { app: spec.id.clone(), rule: rule.clone(), before, after })
    });
    mended.collect()
}

fn against(rule: &Constraint, spec: &AppSpec, places: &[AgentId], cluster: &Cluster, now: Timestamp) -> u32 {
    let infos: Vec<&AgentInfo> = places.iter().filter_map(|id| cluster.agent_at(id)).map(|(_, info)| info).collect();
    match &rule.operator {
        Operator::GroupBy(groups) => beyond_even(&rule.field, *groups, &infos, &open_groups(&rule.field, cluster, now)),
        Operator::Unique
        | Operator::Cluster(_)
        | Operator::Like(_)
        | Operator::Unlike(_)
        | Operator::MaxPer(_)
        | Operator::Is(_) => {
            let alone = AppSpec { constraints: vec![rule.clone()], ..spec.clone() };
            count(misplaced(&alone, &infos).into_iter().filter(|against| *against).count())
        }
    }
}

/// The values that agents have which take tasks.
fn open_groups(field: &str, cluster: &Cluster, now: Timestamp) -> BTreeSet<String> {
    let open = cluster.agent_ids().filter(|id| cluster.room(id, now).is_some());
    open.filter_map(|id| cluster.agent_at(id)).filter_map(|(_, info)| attribute(info, field)).collect()
}

/// Tasks that would have to go for no group to have more than its even share, rounded up.
fn beyond_even(field: &str, groups: u32, infos: &[&AgentInfo], open: &BTreeSet<String>) -> u32 {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in infos.iter().filter_map(|info| attribute(info, field)) {
        *counts.entry(value).or_default() += 1;
    }
    let known = counts.keys().chain(open).collect::<BTreeSet<_>>().len();
    let wanted = if groups == 0 { known } else { known.min(groups as usize) };
    let even = counts.values().sum::<usize>().div_ceil(wanted.max(1));
    count(counts.values().map(|tasks| tasks.saturating_sub(even)).sum())
}
