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

/// For each of `apps` how many of them are in the longest chain of needs below it. Others link, and do not
/// count. A cycle, which validation refuses, counts as if it were cut where it is met again.
pub(super) fn depths(apps: &BTreeSet<AppId>, needs: impl Fn(&AppId) -> BTreeSet<AppId>) -> BTreeMap<AppId, usize> {
    let mut known = BTreeMap::new();
    for app in apps {
        if !known.contains_key(app) {
            measure(app, apps, &needs, &mut known);
        }
    }
    known
}

/// Depth-first without recursion: chains may be longer than a stack is deep.
fn measure(
    app: &AppId,
    counted: &BTreeSet<AppId>,
    needs: &impl Fn(&AppId) -> BTreeSet<AppId>,
    known: &mut BTreeMap<AppId, usize>,
) {
    let open = |app: AppId| {
        let todo: Vec<AppId> = needs(&app).into_iter().collect();
        (app, todo, 0)
    };
    let height = |app: &AppId, depth: usize| depth + usize::from(counted.contains(app));
    let mut entered: BTreeSet<AppId> = BTreeSet::from([app.clone()]);
    let mut path: Vec<(AppId, Vec<AppId>, usize)> = vec![open(app.clone())];
    while let Some((current, todo, deepest)) = path.last_mut() {
        match todo.pop() {
            Some(next) => match known.get(&next) {
                Some(depth) => *deepest = (*deepest).max(height(&next, *depth)),
                None if entered.insert(next.clone()) => path.push(open(next)),
                None => {}
            },
            None => {
                let (current, depth) = (current.clone(), *deepest);
                let height = height(&current, depth);
                known.insert(current, depth);
                path.pop();
                if let Some((_, _, above)) = path.last_mut() {
                    *above = (*above).max(height);
                }
            }
        }
    }
}

/// The other way round: for each of `apps` those among them that need it.
pub(super) fn dependants(wanted: &Wanted, apps: &BTreeSet<AppId>) -> BTreeMap<AppId, BTreeSet<AppId>> {
    let mut found: BTreeMap<AppId, BTreeSet<AppId>> = BTreeMap::new();
    for app in apps {
        for needed in dependencies(wanted, app).intersection(apps) {
            found.entry(needed.clone()).or_default().insert(app.clone());
        }
    }
    found
}
