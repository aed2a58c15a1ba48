//! Placement without a product around it: three ways to choose an agent by best fit (or worst, for
//! apps that spread), from the obvious to the fastest
//! that is known here. They know resources, attributes and one-per-host; no ports, no roles, no mild spreading.

mod columns;
mod indexed;
mod naive;

pub(crate) use columns::Columns;
pub(crate) use indexed::Indexed;
pub(crate) use naive::Naive;

use ship_core::model::{AgentInfo, AppSpec, Operator, Strategy};

/// Chooses one agent after the other for the tasks of one app after the other.
pub(crate) trait Placer {
    /// Tasks of this app come next; none of it runs yet.
    fn begin(&mut self, app: &AppSpec);
    /// The agent of one more task, by its place in the list of all, and takes it. `None` = no agent fits.
    fn place(&mut self) -> Option<usize>;
}

/// What an app asks besides resources, where it is not one of many of its own kind.
pub(super) fn is_allowed(app: &AppSpec, agent: &AgentInfo) -> bool {
    app.constraints.iter().all(|rule| {
        let found = ship_core::schedule::attribute(agent, &rule.field);
        match &rule.operator {
            Operator::Like(pattern) => found.is_some_and(|found| alternatives(pattern).any(|one| one == found)),
            Operator::Cluster(Some(only)) | Operator::Is(only) => found.as_ref() == Some(only),
            Operator::Unlike(pattern) => found.is_none_or(|found| alternatives(pattern).all(|one| one != found)),
            Operator::Unique | Operator::Cluster(None) | Operator::GroupBy(_) | Operator::MaxPer(_) => true,
        }
    })
}

/// The suites' patterns are words with `|` between: no floor pays for regular expressions.
fn alternatives(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('|')
}

/// The least is the best: little left for those that fill agents, much for those that spread.
pub(super) fn key(app: Strategy, (cpus, mem): (i64, i64)) -> i64 {
    let left = cpus + mem / 1024;
    match app {
        Strategy::BinPack => left,
        Strategy::Spread => -left,
    }
}

pub(super) fn is_one_per_host(app: &AppSpec) -> bool {
    app.constraints.iter().any(|rule| rule.is_on_hostname() && rule.operator == Operator::Unique)
}
