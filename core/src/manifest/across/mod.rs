//! Rules that no single file can break: ids, groups, dependencies, service ports. One pass over all apps in
//! order of their ids; it runs after every change of any file, so it looks things up by halving and never
//! builds a map of everything.

mod cycle;
mod index;
mod links;
mod place;
mod ports;
#[cfg(test)]
mod tests;

use super::{Place, Rule};
use crate::model::{AppId, AppSpec, GroupId, GroupSpec};
use index::Index;

/// All files of a repository that could be read, and what is known of those that could not.
#[derive(Debug, Default)]
pub struct Across<'a> {
    /// In any order; several may claim one id.
    pub apps: Vec<Party<'a, AppSpec>>,
    /// In any order; groups without a file do not appear.
    pub groups: Vec<Party<'a, GroupSpec>>,
    /// Ids that broken files may have. A dependency on one of them is not called dangling.
    pub guesses: Vec<AppId>,
}

/// What a file defines.
#[derive(Debug)]
pub struct Party<'a, T> {
    /// From the root of the repository, with `/`.
    pub file: &'a str,
    /// As read from it, valid by itself.
    pub spec: &'a T,
}

/// A finding about one file in the light of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossFinding<'a> {
    /// The file that is to be changed, from the root of the repository.
    pub file: &'a str,
    /// One of those across files, `S04..`.
    pub rule: Rule,
    /// Where the caret goes in `file`.
    pub at: Spot,
    /// What is wrong; stands alone.
    pub message: String,
    /// Short words beside the caret.
    pub label: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Other places that take part, and what stands there.
    pub also: Vec<(&'a str, Spot, String)>,
}

/// Where in a file, said in terms of the app. [`Spot::place`] finds it in the file as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// The app's or group's own id.
    Id,
    /// One entry of `dependencies`, by the path it leads to.
    Dependency(GroupId),
    /// The port that has this service port.
    ServicePort(u16),
}

/// Checks all files together. The findings are in no particular order.
#[must_use]
pub fn check<'a>(across: &Across<'a>) -> Vec<CrossFinding<'a>> {
    let index = Index::new(across);
    let mut findings = Vec::new();
    same_ids(&index, &mut findings);
    apps_that_are_groups(&index, &mut findings);
    ports::same_service_ports(&index, &mut findings);
    links::dangling(across, &index, &mut findings);
    cycle::circles(across, &index, &mut findings);
    findings
}

fn same_ids<'a>(index: &Index<'a>, findings: &mut Vec<CrossFinding<'a>>) {
    for pair in index.apps.windows(2) {
        let [first, second] = pair else { continue };
        if first.spec.id == second.spec.id {
            findings.push(CrossFinding {
                file: second.file,
                rule: Rule::SameId,
                at: Spot::Id,
                message: format!("the app `{}` is defined twice", second.spec.id),
                label: "defined again".to_owned(),
                hint: Some(format!("it is also defined in {}", first.file)),
                also: vec![(first.file, Spot::Id, "first defined here".to_owned())],
            });
        }
    }
}

fn apps_that_are_groups<'a>(index: &Index<'a>, findings: &mut Vec<CrossFinding<'a>>) {
    let mut last: Option<(&str, Option<usize>)> = None;
    for app in &index.apps {
        let path = app.spec.id.as_str();
        let parent = &path[..path.rfind('/').unwrap_or(0)];
        let taken = match last {
            Some((known, taken)) if known == parent => taken,
            Some(_) | None => {
                let taken = ancestors(parent).find_map(|group| index.app(group));
                if let Some(at) = taken {
                    findings.push(app_is_group(index, at, app));
                }
                taken
            }
        };
        last = Some((parent, taken));
    }
    findings.dedup_by(|b, a| b.rule == Rule::AppIsGroup && a.rule == b.rule && a.file == b.file);
}

fn app_is_group<'a>(index: &Index<'a>, at: usize, member: &Party<'a, AppSpec>) -> CrossFinding<'a> {
    let app = &index.apps[at];
    CrossFinding {
        file: app.file,
        rule: Rule::AppIsGroup,
        at: Spot::Id,
        message: format!("`{}` is an app and a group that is not empty", app.spec.id),
        label: "this app".to_owned(),
        hint: Some(format!("the group holds `{}`: give one of them another path", member.spec.id)),
        also: vec![(member.file, Spot::Id, "in the group of that path".to_owned())],
    }
}

/// A path and all paths above it, without the root: `/a/b`, `/a`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind('/').map(|at| &path[..at])).filter(|path| !path.is_empty())
}
