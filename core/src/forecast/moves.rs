//! Tasks that are elsewhere: two pictures of where they stand, and the difference.

use crate::model::{AgentId, AppId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many tasks of an app that would be elsewhere. Which of several went where is not known: it is told in the order
/// of the host names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Move {
    /// Whose tasks they are.
    pub app: AppId,
    /// Host name of the agent where they are now; `None` = they are nowhere yet.
    pub from: Option<String>,
    /// Host name of the agent where they would be; `None` = nowhere.
    pub to: Option<String>,
    /// At least one.
    pub tasks: u32,
}

/// How many tasks of an app stand where.
pub(super) type Places = BTreeMap<AgentId, u32>;

pub(super) fn places<'a>(agents: impl IntoIterator<Item = &'a AgentId>) -> Places {
    let mut places = Places::new();
    for agent in agents {
        *places.entry(agent.clone()).or_default() += 1;
    }
    places
}

/// By where from, then by where to.
pub(super) fn moves(app: &AppId, was: &Places, is: &Places, host: impl Fn(&AgentId) -> String) -> Vec<Move> {
    let (mut left, mut came) = (surplus(was, is, &host), surplus(is, was, &host));
    let longest = left.len().max(came.len());
    left.resize(longest, None);
    came.resize(longest, None);
    let mut pairs: BTreeMap<(Option<String>, Option<String>), u32> = BTreeMap::new();
    for pair in left.into_iter().zip(came) {
        *pairs.entry(pair).or_default() += 1;
    }
    pairs.into_iter().map(|((from, to), tasks)| Move { app: app.clone(), from, to, tasks }).collect()
}

/// The hosts of which `these` have more tasks than `those`, once for each task.
fn surplus(these: &Places, those: &Places, host: &impl Fn(&AgentId) -> String) -> Vec<Option<String>> {
    let more = |(agent, count): (&AgentId, &u32)| {
        let more = count.saturating_sub(those.get(agent).copied().unwrap_or(0));
        std::iter::repeat_n(Some(host(agent)), more as usize)
    };
    let mut hosts: Vec<Option<String>> = these.iter().flat_map(more).collect();
    hosts.sort();
    hosts
}
