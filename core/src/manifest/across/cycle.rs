//! Dependencies that form a circle: nothing in it could ever start first.
//!
//! A group stands in the graph twice: as what its members inherit from it, and as what one waits for when one
//! depends on it. So a dependency between two large groups costs their sizes, not the product.

use super::index::Index;
use super::{Across, CrossFinding, Spot};
use crate::manifest::Rule;
use crate::model::GroupId;
use std::collections::{BTreeMap, BTreeSet};

/// Of a longer circle, so many dependencies are pointed at.
const LINKS_SHOWN: usize = 8;

pub(super) fn circles<'a>(across: &Across<'a>, index: &Index<'a>, findings: &mut Vec<CrossFinding<'a>>) {
    let graph = Graph::new(across, index);
    let mut walk = Walk { graph: &graph, seen: BTreeMap::new(), path: Vec::new() };
    for start in graph.starts() {
        if let Some(circle) = walk.circle_from(start) {
            findings.extend(graph.explain(&circle));
        }
    }
}

/// A node of the graph; its edges are what it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'a> {
    App(usize),
    /// What every app of a group inherits from it.
    Inherited(&'a str),
    /// All apps of a group.
    Members(&'a GroupId),
}

struct Graph<'g, 'a> {
    index: &'g Index<'a>,
    /// Groups that have dependencies, with their files.
    groups: BTreeMap<&'a str, (&'a str, &'a BTreeSet<GroupId>)>,
}

impl<'g, 'a> Graph<'g, 'a> {
    fn new(across: &Across<'a>, index: &'g Index<'a>) -> Self {
        let with_needs = across.groups.iter().filter(|party| !party.spec.dependencies.is_empty());
        let groups = with_needs.map(|party| (party.spec.id.as_str(), (party.file, &party.spec.dependencies))).collect();
        Self { index, groups }
    }

    /// Only what has dependencies can be in a circle.
    fn starts(&self) -> impl Iterator<Item = Node<'a>> {
        let inherits = !self.groups.is_empty();
        let apps = self.index.apps.iter().enumerate();
        apps.filter(move |(_, app)| inherits || !app.spec.dependencies.is_empty()).map(|(n, _)| Node::App(n))
    }

    fn waits_for(&self, node: Node<'a>) -> Vec<Node<'a>> {
        match node {
            Node::App(n) => {
                let spec = self.index.apps[n].spec;
                let own = spec.dependencies.iter().map(|path| self.target(path));
                own.chain(self.inherited(parent(spec.id.as_str()))).collect()
            }
            Node::Inherited(group) => {
                let own = self.groups.get(group).into_iter().flat_map(|(_, needs)| needs.iter());
                own.map(|path| self.target(path)).chain(self.inherited(above(group))).collect()
            }
            Node::Members(group) => self.index.below(group).map(Node::App).collect(),
        }
    }

    fn target(&self, path: &'a GroupId) -> Node<'a> {
        self.index.app(path.as_str()).map_or(Node::Members(path), Node::App)
    }

    /// The nearest group, here or above, that has dependencies.
    fn inherited(&self, group: Option<&'a str>) -> Option<Node<'a>> {
        if self.groups.is_empty() {
            return None;
        }
        let mut chain = std::iter::successors(group, |group| above(group));
        chain.find(|group| self.groups.contains_key(group)).map(Node::Inherited)
    }

    /// Names every app of the circle, and points at each dependency in it, file by file.
    fn explain(&self, circle: &[Node<'a>]) -> Option<CrossFinding<'a>> {
        let first = circle.iter().position(|node| matches!(node, Node::App(_)))?;
        let circle: Vec<Node<'a>> = circle[first..].iter().chain(&circle[..first]).copied().collect();
        let names: Vec<&str> = circle.iter().filter_map(|node| self.app_name(*node)).collect();
        let path = format!("{} -> {}", names.join(" -> "), names.first()?);
        let links = circle.iter().zip(circle.iter().cycle().skip(1));
        let mut written = links.filter_map(|(node, next)| self.written(*node, *next));
        let (file, at, label) = written.next()?;
        Some(CrossFinding {
            file,
            rule: Rule::Cycle,
            at,
            message: format!("dependencies form a circle: {path}"),
            label,
            hint: Some("none of these apps could start first: remove one of the dependencies".to_owned()),
            also: written.take(LINKS_SHOWN - 1).collect(),
        })
    }

    fn app_name(&self, node: Node<'a>) -> Option<&'a str> {
        match node {
            Node::App(n) => Some(self.index.apps[n].spec.id.as_str()),
            Node::Inherited(_) | Node::Members(_) => None,
        }
    }

    /// By what one node came to wait for the next: the file, the place in it, and what it says.
    fn written(&self, node: Node<'a>, next: Node<'a>) -> Option<(&'a str, Spot, String)> {
        let (file, name, needs) = match node {
            Node::App(n) => {
                let app = &self.index.apps[n];
                (app.file, app.spec.id.as_str(), &app.spec.dependencies)
            }
            Node::Inherited(group) => {
                let (file, needs) = *self.groups.get(group)?;
                (file, group, needs)
            }
            Node::Members(_) => return None,
        };
        let path = needs.iter().find(|path| self.target(path) == next)?;
        Some((file, Spot::Dependency(path.clone()), format!("{name} waits for {path}")))
    }
}

fn parent(path: &str) -> Option<&str> {
    path.rfind('/').map(|at| if at == 0 { "/" } else { &path[..at] })
}

fn above(group: &str) -> Option<&str> {
    (group != "/").then(|| parent(group)).flatten()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    OnPath,
    Done,
}

/// A depth-first walk with its own stack: chains of dependencies may be long.
struct Walk<'w, 'g, 'a> {
    graph: &'w Graph<'g, 'a>,
    seen: BTreeMap<Node<'a>, Mark>,
    path: Vec<(Node<'a>, std::vec::IntoIter<Node<'a>>)>,
}

impl<'a> Walk<'_, '_, 'a> {
    /// The first circle that can be reached from here and was not walked yet.
    fn circle_from(&mut self, start: Node<'a>) -> Option<Vec<Node<'a>>> {
        let mut found = None;
        self.enter(start);
        while let Some((node, rest)) = self.path.last_mut() {
            let node = *node;
            let Some(next) = rest.next() else {
                self.seen.insert(node, Mark::Done);
                self.path.pop();
                continue;
            };
            match self.seen.get(&next) {
                None => self.enter(next),
                Some(Mark::OnPath) if found.is_none() => {
                    let from = self.path.iter().position(|(node, _)| *node == next).unwrap_or(0);
                    found = Some(self.path[from..].iter().map(|(node, _)| *node).collect());
                }
                Some(Mark::OnPath | Mark::Done) => {}
            }
        }
        found
    }

    fn enter(&mut self, node: Node<'a>) {
        if self.seen.insert(node, Mark::OnPath).is_none() {
            self.path.push((node, self.graph.waits_for(node).into_iter()));
        } else {
            self.seen.insert(node, Mark::Done);
        }
    }
}
