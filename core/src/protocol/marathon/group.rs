//! Groups as a tree: those with a file, and those that apps stand in (marathon-v2, sections 2 and 8.4).

use super::scalar::Moment;
use crate::model::{AppId, GroupId, Kind, Version, Wanted};
use std::collections::{BTreeMap, BTreeSet};

/// A group and all below it.
#[derive(Debug, Clone)]
pub struct GroupTree {
    groups: BTreeMap<GroupId, Group>,
}

/// One group, without what stands in its groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// That stand in it directly, by id.
    pub apps: Vec<AppId>,
    /// The same of pods.
    pub pods: Vec<AppId>,
    /// Directly below it, by id.
    pub groups: Vec<GroupId>,
    /// Its own, absolute.
    pub dependencies: BTreeSet<GroupId>,
    /// The latest of the apps in it and below.
    pub version: Moment,
}

impl GroupTree {
    /// The group and all below it; `None` if it has no file and nothing stands in it. The root always is. A group without
    /// apps has the version `otherwise`.
    #[must_use]
    pub fn of(
        wanted: &Wanted,
        top: &GroupId,
        otherwise: Version,
        version_of: impl Fn(&AppId) -> Version,
    ) -> Option<Self> {
        let mut tree = Self { groups: BTreeMap::new() };
        if top.is_root() {
            tree.ensure(top, top);
        }
        for (id, spec) in wanted.groups.iter().filter(|(id, _)| top.encloses(id)) {
            tree.ensure(id, top).dependencies.clone_from(&spec.dependencies);
        }
        for (id, spec) in wanted.apps.iter().filter(|(id, _)| top.holds(id)) {
            let group = id.group();
            let known = tree.ensure(&group, top);
            match spec.kind() {
                Kind::App => known.apps.push(id.clone()),
                Kind::Pod => known.pods.push(id.clone()),
            }
            tree.note_version(&group, top, version_of(id).into());
        }
        tree.link(top);
        for group in tree.groups.values_mut().filter(|group| group.version == Moment::default()) {
            group.version = otherwise.into();
        }
        tree.groups.contains_key(top).then_some(tree)
    }

    /// `None` if it is not in the tree.
    #[must_use]
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(id)
    }

    /// The group; those between it and the top are made as well.
    fn ensure(&mut self, id: &GroupId, top: &GroupId) -> &mut Group {
        let mut next = Some(id.clone());
        while let Some(missing) = next.filter(|group| !self.groups.contains_key(group)) {
            next = missing.parent().filter(|_| missing != *top);
            self.groups.insert(missing, Group::default());
        }
        self.groups.entry(id.clone()).or_default()
    }

    fn link(&mut self, top: &GroupId) {
        let below: Vec<GroupId> = self.groups.keys().filter(|id| *id != top).cloned().collect();
        for id in below {
            if let Some(above) = id.parent().and_then(|above| self.groups.get_mut(&above)) {
                above.groups.push(id);
            }
        }
    }

    fn note_version(&mut self, id: &GroupId, top: &GroupId, version: Moment) {
        let mut next = Some(id.clone());
        while let Some(id) = next {
            if let Some(group) = self.groups.get_mut(&id) {
                group.version = group.version.max(version);
            }
            next = id.parent().filter(|_| id != *top);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{app, wanted};
    use crate::model::{GroupSpec, Timestamp};
    use std::sync::Arc;

    fn id(text: &str) -> GroupId {
        GroupId::resolve(text, &GroupId::root()).expect("a group")
    }

    fn tree(top: &str) -> Option<GroupTree> {
        let mut wanted = wanted(["/job", "/shop/web", "/shop/back/db"].map(app));
        let batch = GroupSpec { id: id("/batch/night"), dependencies: BTreeSet::from([id("/shop")]) };
        wanted.groups.insert(batch.id.clone(), Arc::new(batch));
        let version = |app: &AppId| Version(Timestamp(if app.as_str() == "/shop/back/db" { 7 } else { 5 }));
        GroupTree::of(&wanted, &id(top), Version(Timestamp(1)), version)
    }

    fn names(tree: &GroupTree, of: &str) -> (Vec<String>, Vec<String>, u64) {
        let group = tree.group(&id(of)).expect("a group");
        let (apps, groups) = (group.apps.iter().map(ToString::to_string), group.groups.iter().map(ToString::to_string));
        (apps.collect(), groups.collect(), group.version.0.0)
    }

    #[test]
    fn groups_are_those_with_a_file_and_those_that_apps_stand_in() {
        let tree = tree("/").expect("the root always is");
        assert_eq!(names(&tree, "/"), (vec!["/job".into()], vec!["/batch".into(), "/shop".into()], 7));
        assert_eq!(names(&tree, "/shop"), (vec!["/shop/web".into()], vec!["/shop/back".into()], 7));
        assert_eq!(names(&tree, "/batch"), (vec![], vec!["/batch/night".into()], 1));
        let night = tree.group(&id("/batch/night")).expect("it has a file");
        assert_eq!(night.dependencies, BTreeSet::from([id("/shop")]));
    }

    #[test]
    fn a_part_of_the_tree() {
        let shop = tree("/shop").expect("apps stand in it");
        assert_eq!(names(&shop, "/shop/back"), (vec!["/shop/back/db".into()], vec![], 7));
        assert!(shop.group(&GroupId::root()).is_none());
        assert!(tree("/none").is_none() && tree("/job").is_none());
    }
}
