//! `GET /v2/groups` and everything below it (marathon-v2, section 8.4). A group is written as the tree is walked, so that
//! a root with ten thousand apps is never one text.

use super::list::{self, Piece, Rest};
use super::writer::{WriteApp, Writer};
use super::{JSON, apps, aside_from_snapshot, versions};
use crate::api::Api;
use crate::api::aside::aside;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target};
use crate::api::v2::problem::Problem;
use crate::master::Snapshot;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use ship_core::model::{AppId, GroupId};
use ship_core::protocol::marathon::{Extra, Extras, Group, GroupTree};
use std::sync::Arc;

/// Only so are parts of an app asked for here.
const PREFIXES: [&str; 1] = ["group.apps."];

pub(super) async fn root(State(api): State<Api>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    group(api.master.published(), &headers, &params, Target::of_group("")).await
}

/// A group, or what its path names of it.
pub(super) async fn get(
    State(api): State<Api>,
    Path(path): Path<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = Target::of_group(&path);
    let snapshot = api.master.published();
    match &target.part {
        Part::Itself => group(snapshot, &headers, &params, target).await,
        Part::Apps => {
            let extras = Extras::new([], &["group.apps.", "apps.", ""], params.all("embed"));
            Ok(apps::below(&snapshot, &headers, known(&snapshot, &target)?, extras))
        }
        Part::Versions => versions::of_group(&api, &target).await,
        Part::Version(version) => versions::group_at(&api, &target, version).await,
        Part::Below | Part::Tasks | Part::TasksBelow | Part::Task(_) | Part::Restart => Err(target.not_allowed()),
    }
}

/// The tree is made aside; what is in it is written in pieces.
async fn group(
    snapshot: Arc<Snapshot>,
    headers: &HeaderMap,
    params: &Params,
    target: Target,
) -> Result<Response, Problem> {
    let top = known(&snapshot, &target)?;
    let extras = Extras::new([], &PREFIXES, params.all("embed"));
    let (shown, by_clock) = (Shown::of(params), extras.has(Extra::TaskStats));
    let answer = move |snapshot: &Arc<Snapshot>| match snapshot.cluster.group_tree(&top) {
        Some(tree) => written(Walk::new(tree, top, shown), Writer::new(snapshot, extras)),
        None => Problem::no_group(&target.id).into_response(),
    };
    match by_clock {
        true => Ok(aside(move || answer(&snapshot)).await?),
        false => aside_from_snapshot(snapshot, headers, answer).await,
    }
}

/// The group that a path names, if it is one.
fn known(snapshot: &Snapshot, target: &Target) -> Result<GroupId, Problem> {
    let group = target.group().ok().filter(|group| snapshot.cluster.has_group(group));
    group.ok_or_else(|| Problem::no_group(&target.id))
}

/// Which lists of a group are shown. All of them, unless the request names some.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    apps: bool,
    groups: bool,
    pods: bool,
}

impl Shown {
    pub(super) const ALL: Self = Self { apps: true, groups: true, pods: true };

    fn of(params: &Params) -> Self {
        let named = |list: &str| params.all("embed").any(|word| word == list);
        match params.get("embed") {
            None => Self::ALL,
            Some(_) => Self {
                // Who asks for parts of apps means the apps as well.
                apps: named("group.apps") || params.all("embed").any(|word| word.starts_with(PREFIXES[0])),
                groups: named("group.groups"),
                pods: named("group.pods"),
            },
        }
    }
}

/// A group and all below it, on the way.
pub(super) struct Walk {
    tree: GroupTree,
    shown: Shown,
    /// What is still to be written; the next is the last.
    due: Vec<Due>,
}

enum Due {
    Group(GroupId),
    App(AppId),
    Pod(AppId),
    /// What did not find room of an app.
    Rest,
    Text(&'static str),
    /// What follows the lists of a group.
    End(GroupId),
}

impl Walk {
    pub(super) fn new(tree: GroupTree, top: GroupId, shown: Shown) -> Self {
        Self { tree, shown, due: vec![Due::Group(top)] }
    }

    /// Writes the group's head, and notes what comes after it.
    fn open(&mut self, piece: &mut Piece, id: GroupId) -> Rest {
        let Some(group) = self.tree.group(&id) else { return Rest::None };
        piece.text("{\"id\":");
        piece.value(&id);
        let lists = self.lists(group);
        self.due.push(Due::End(id));
        self.due.extend(lists.into_iter().rev());
        Rest::None
    }

    fn lists(&self, Group { apps, pods, groups, .. }: &Group) -> Vec<Due> {
        let mut due = Vec::new();
        if self.shown.apps {
            due.extend(list(",\"apps\":[", apps.iter().cloned().map(Due::App)));
        }
        if self.shown.pods {
            due.extend(list(",\"pods\":[", pods.iter().cloned().map(Due::Pod)));
        }
        if self.shown.groups {
            due.extend(list(",\"groups\":[", groups.iter().cloned().map(Due::Group)));
        }
        due
    }

    fn close(&self, piece: &mut Piece, id: &GroupId) -> Rest {
        let Some(group) = self.tree.group(id) else { return Rest::None };
        piece.text(",\"dependencies\":");
        piece.value(&group.dependencies);
        piece.text(",\"version\":");
        piece.value(&group.version);
        piece.text("}");
        Rest::None
    }

    fn fill(&mut self, piece: &mut Piece, apps: &mut impl WriteApp) -> Rest {
        while let Some(due) = self.due.pop() {
            let rest = match due {
                Due::App(id) => apps.begin(piece, &id),
                Due::Pod(id) => {
                    apps.pod(piece, &id);
                    Rest::None
                }
                Due::Rest => apps.go_on(piece),
                Due::Group(id) => self.open(piece, id),
                Due::End(id) => self.close(piece, &id),
                Due::Text(text) => {
                    piece.text(text);
                    Rest::None
                }
            };
            self.due.extend((rest == Rest::More).then_some(Due::Rest));
            if piece.is_full() && !self.due.is_empty() {
                return Rest::More;
            }
        }
        Rest::None
    }
}

fn list(begin: &'static str, entries: impl Iterator<Item = Due>) -> impl Iterator<Item = Due> {
    let with_commas =
        entries.enumerate().flat_map(|(n, entry)| (n > 0).then_some(Due::Text(",")).into_iter().chain([entry]));
    [Due::Text(begin)].into_iter().chain(with_commas).chain([Due::Text("]")])
}

pub(super) fn written(mut walk: Walk, mut apps: impl WriteApp) -> Response {
    let body = list::between("", "", move |piece| walk.fill(piece, &mut apps));
    ([(header::CONTENT_TYPE, JSON)], body).into_response()
}
