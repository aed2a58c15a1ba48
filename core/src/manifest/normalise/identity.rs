//! Ids and dependencies: the fields that speak of other apps and groups.

use super::Reader;
use crate::manifest::{Finding, GroupFile, Place, Rule};
use crate::model::{AppId, GroupId, GroupSpec, IdError};
use std::collections::BTreeSet;

/// Makes the group of a folder from its `group.json`.
pub fn normalise_group(file: &GroupFile, group: &GroupId) -> Result<GroupSpec, Vec<Finding>> {
    let mut findings = Vec::new();
    if let Some(text) = &file.id {
        findings.extend(wrong_group_id(text, group));
    }
    let written = file.dependencies.as_deref().unwrap_or_default();
    let dependencies = resolve_all(written, group, &mut findings);
    match findings.is_empty() {
        true => Ok(GroupSpec { id: group.clone(), dependencies }),
        false => Err(findings),
    }
}

/// The id may be the folder's name or the whole path.
fn wrong_group_id(text: &str, group: &GroupId) -> Option<Finding> {
    let above = group.parent().unwrap_or_else(GroupId::root);
    match GroupId::resolve(text, &above) {
        Ok(id) if id == *group => None,
        Ok(id) => Some(
            Finding::new(Rule::GroupId, Place::field("id"), format!("this folder is the group `{group}`, not `{id}`"))
                .label("not the folder's path")
                .hint("remove `id`: the folder says which group it is"),
        ),
        Err(err) => Some(bad_path(Rule::Id, Place::field("id"), text, &err)),
    }
}

impl Reader<'_> {
    pub(super) fn app_id(&mut self) -> Option<AppId> {
        let Some(text) = &self.file.id else {
            let finding = Finding::new(Rule::MissingField, Place::root(), "an app needs an `id`");
            self.note(finding.hint("give it a name, such as `\"id\": \"web\"`"));
            return None;
        };
        match AppId::resolve(text, self.group) {
            Ok(id) => Some(id),
            Err(err) => {
                self.note(bad_path(Rule::Id, Place::field("id"), text, &err));
                None
            }
        }
    }

    pub(super) fn dependencies(&mut self, id: Option<&AppId>) -> BTreeSet<GroupId> {
        let written = self.file.dependencies.as_deref().unwrap_or_default();
        let own = written.iter().position(|text| {
            GroupId::resolve(text, self.group).is_ok_and(|path| id.is_some_and(|id| id.as_str() == path.as_str()))
        });
        if let Some(at) = own {
            let place = Place::field("dependencies").then(at);
            let finding = Finding::new(Rule::Dependency, place, "an app cannot depend on itself");
            self.note(finding.label("this app"));
        }
        resolve_all(written, self.group, self.findings)
    }
}

fn resolve_all(written: &[String], base: &GroupId, findings: &mut Vec<Finding>) -> BTreeSet<GroupId> {
    let mut paths = BTreeSet::new();
    for (n, text) in written.iter().enumerate() {
        match GroupId::resolve(text, base) {
            Ok(path) => {
                paths.insert(path);
            }
            Err(err) => findings.push(bad_path(Rule::Dependency, Place::field("dependencies").then(n), text, &err)),
        }
    }
    paths
}

fn bad_path(rule: Rule, place: Place, text: &str, err: &IdError) -> Finding {
    let finding = Finding::new(rule, place, err.to_string());
    match err {
        IdError::Segment { segment } => match repaired(text) {
            Some(better) => finding.label(format!("`{segment}`")).hint(format!("did you mean `{better}`?")),
            None => finding.label(format!("`{segment}`")),
        },
        IdError::Empty | IdError::TooLong { .. } | IdError::Reserved { .. } | IdError::Root => finding,
    }
}

/// The id with capitals lowered and `_` and spaces as `-`, if that makes it one.
fn repaired(text: &str) -> Option<String> {
    let better = text.trim().to_lowercase().replace(['_', ' '], "-");
    AppId::parse(&better).is_ok().then_some(better)
}
