//! Who needs whom, with groups spelled out: a group's dependencies are inherited by every app below it,
//! a dependency on a group is one on every app below that (marathon-v2, section 2).

use crate::model::{AppId, GroupId, Wanted};
use crate::planted::{self, Bug};
use std::collections::{BTreeMap, BTreeSet};

/// The apps that `app` needs to be up first. Missing ones do not count, nor does the app itself.
#[must_use]
pub fn dependencies(wanted: &Wanted, app: &AppId) -> BTreeSet<AppId> {
    let own = wanted.apps.get(app).into_iter().flat_map(|spec| spec.dependencies.iter());
    let above = std::iter::successors(Some(app.group()), GroupId::parent);
    let inherited: Vec<&GroupId> =
        above.filter_map(|group| wanted.groups.get(&group)).flat_map(|group| group.dependencies.iter()).collect();
    let mut found: BTreeSet<AppId> = own.chain(inherited).flat_map(|path| apps_at(wanted, path)).collect();
    found.remove(app);
    if planted::is(Bug::ForgetDependency) {
        return found.into_iter().take(1).collect();
    }
    found
}

/// The app of this path, or all apps of the group of this path.
fn apps_at(wanted: &Wanted, path: &GroupId) -> Vec<AppId> {
    let Ok(as_app) = AppId::parse(path.as_str()) else {
        return wanted.apps.keys().cloned().collect();
    };
    if wanted.apps.contains_key(&as_app) {
        return vec![as_app];
    }
    wanted
        .apps
        .range(as_app..)
        .map(|(id, _)| id)
        .take_while(|id| id.as_str().starts_with(path.as_str()))
        .filter(|id| path.holds(id))
        .cloned()
        .collect()
}

/// For each of `apps` the length of its longest chain of dependencies, over all apps that are wanted.
/// A cycle, which validation refuses, counts as if it were cut where it is met again.
#[must_use]
pub fn depths(wanted: &Wanted, apps: impl IntoIterator<Item = AppId>) -> BTreeMap<AppId, usize> {
    let mut known: BTreeMap<AppId, usize> = BTreeMap::new();
    let mut depths = BTreeMap::new();
    for app in apps {
        let depth = depth(wanted, &app, &mut known);
        depths.insert(app, depth);
    }
    depths
}

/// Depth-first without recursion: chains may be longer than a stack is deep.
fn depth(wanted: &Wanted, app: &AppId, known: &mut BTreeMap<AppId, usize>) -> usize {
    let mut path: Vec<(AppId, Vec<AppId>, usize)> = Vec::new();
    let mut entered: BTreeSet<AppId> = BTreeSet::new();
    let open = |app: &AppId| (app.clone(), dependencies(wanted, app).into_iter().collect::<Vec<_>>(), 0);
    path.push(open(app));
    entered.insert(app.clone());
    while let Some((current, todo, deepest)) = path.last_mut() {
        match todo.pop() {
            Some(next) => match known.get(&next) {
                Some(depth) => *deepest = (*deepest).max(depth + 1),
                None if entered.insert(next.clone()) => path.push(open(&next)),
                None => {}
            },
            None => {
                let (current, depth) = (current.clone(), *deepest);
                known.insert(current, depth);
                path.pop();
                if let Some((_, _, above)) = path.last_mut() {
                    *above = (*above).max(depth + 1);
                }
            }
        }
    }
    known[app]
}
