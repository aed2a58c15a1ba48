//! Dependencies that lead nowhere.

use super::index::Index;
use super::{Across, CrossFinding, Spot};
use crate::manifest::{Rule, nearest};
use crate::model::GroupId;
use std::collections::BTreeSet;

/// Looking for what was meant compares with every path there is; so many times, then no more.
const SUGGESTIONS: usize = 20;

pub(super) fn dangling<'a>(across: &Across<'a>, index: &Index<'a>, findings: &mut Vec<CrossFinding<'a>>) {
    let links = Links { across, index };
    let apps = across.apps.iter().map(|party| (party.file, &party.spec.dependencies));
    let groups = across.groups.iter().map(|party| (party.file, &party.spec.dependencies));
    let nowhere = apps.chain(groups).flat_map(|(file, dependencies)| {
        dependencies.iter().filter(|path| !links.leads_somewhere(path)).map(move |path| (file, path))
    });
    for (n, (file, path)) in nowhere.enumerate() {
        let known = if n < SUGGESTIONS { links.nearest(path) } else { None };
        findings.push(CrossFinding {
            file,
            rule: Rule::Dangling,
            at: Spot::Dependency(path.clone()),
            message: format!("nothing has the path `{path}`"),
            label: "no such app or group".to_owned(),
            hint: known.map(|known| format!("did you mean `{known}`?")),
            also: Vec::new(),
        });
    }
}

struct Links<'l, 'a> {
    across: &'l Across<'a>,
    index: &'l Index<'a>,
}

impl Links<'_, '_> {
    fn leads_somewhere(&self, path: &GroupId) -> bool {
        path.is_root()
            || self.index.app(path.as_str()).is_some()
            || !self.index.below(path).is_empty()
            || self.across.groups.iter().any(|group| is_at_or_below(group.spec.id.as_str(), path))
            || self.across.guesses.iter().any(|guess| is_at_or_below(guess.as_str(), path))
    }

    /// The path that was meant: one like it, or one with the same last name elsewhere.
    fn nearest(&self, path: &GroupId) -> Option<String> {
        let paths = self.paths();
        let near = nearest(path.as_str(), paths.iter().copied());
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        let namesake = || paths.iter().copied().find(|known| known.rsplit('/').next() == Some(name));
        near.or_else(namesake).map(str::to_owned)
    }

    fn paths(&self) -> BTreeSet<&str> {
        let apps = self.index.apps.iter().map(|party| party.spec.id.as_str());
        let groups = self.across.groups.iter().map(|party| party.spec.id.as_str());
        let all = apps.chain(groups);
        all.flat_map(super::ancestors).collect()
    }
}

fn is_at_or_below(path: &str, group: &GroupId) -> bool {
    path.strip_prefix(group.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
