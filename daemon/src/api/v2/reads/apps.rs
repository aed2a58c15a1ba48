//! `GET /v2/apps` and everything below it (marathon-v2, sections 8.3 and 8.8).

use super::list::{self, Rest};
use super::writer::{WriteApp, Writer};
use super::{JSON, from_snapshot, tasks, versions};
use crate::api::Api;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target};
use crate::api::v2::problem::Problem;
use crate::master::Snapshot;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use ship_core::cluster::AppRecord;
use ship_core::model::{AppId, AppSpec, Command, GroupId, Kind};
use ship_core::protocol::marathon::{Extra, Extras, Selector};
use std::sync::Arc;

/// `embed=apps.tasks`, `app.tasks` and `tasks` mean the same.
const PREFIXES: [&str; 3] = ["apps.", "app.", ""];

/// All apps, or those that are asked for.
pub(super) async fn list(State(api): State<Api>, params: Params, headers: HeaderMap) -> Result<Response, Problem> {
    let wanted = Wish::of(&params)?;
    Ok(listed(&api.master.published(), &headers, ("{\"apps\":[", "]}"), wanted, embedded(Extras::LIST, &params)))
}

/// An app, or what its path names of it.
pub(super) async fn get(
    State(api): State<Api>,
    Path(path): Path<String>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let target = Target::of_app(&path);
    if target.is_root() && target.part == Part::Itself {
        return list(State(api), params, headers).await;
    }
    let snapshot = api.master.published();
    match &target.part {
        Part::Itself => one(&snapshot, &headers, &target, embedded(Extras::ONE, &params)),
        Part::Below => {
            let wanted = Wish { below: Some(group(&snapshot, &target)?), ..Wish::default() };
            Ok(listed(&snapshot, &headers, ("{\"*\":[", "]}"), wanted, embedded(Extras::LIST, &params)))
        }
        Part::Tasks => Ok(tasks::of_app(&snapshot, &headers, known(&snapshot, &target)?)),
        Part::TasksBelow => Ok(tasks::below(&snapshot, &headers, group(&snapshot, &target)?)),
        Part::Versions => versions::of_app(&api, &target).await,
        Part::Version(version) => versions::app_at(&api, &target, version).await,
        Part::Task(_) | Part::Restart | Part::Apps => Err(target.not_allowed()),
    }
}

fn embedded(always: impl IntoIterator<Item = Extra>, params: &Params) -> Extras {
    Extras::new(always, &PREFIXES, params.all("embed"))
}

/// Ages of tasks are by the clock, and so is an answer that has them.
fn by_moment(extras: &Extras, snapshot: &Snapshot, headers: &HeaderMap, answer: impl FnOnce() -> Response) -> Response {
    match extras.has(Extra::TaskStats) {
        true => answer(),
        false => from_snapshot(snapshot, headers, answer),
    }
}

fn one(snapshot: &Arc<Snapshot>, headers: &HeaderMap, target: &Target, extras: Extras) -> Result<Response, Problem> {
    let mut due = Some(known(snapshot, target)?);
    Ok(by_moment(&extras.clone(), snapshot, headers, || {
        let mut writer = Writer::new(snapshot, extras);
        let body = list::between("{\"app\":", "}", move |piece| match due.take() {
            Some(id) => writer.begin(piece, &id),
            None => writer.go_on(piece),
        });
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    }))
}

/// The app, if it is wanted.
fn known(snapshot: &Snapshot, target: &Target) -> Result<AppId, Problem> {
    let app = target.app().ok().filter(|id| snapshot.cluster.kind_of(id) == Some(Kind::App));
    app.ok_or_else(|| Problem::no_app(&target.id))
}

/// The group, if anything stands in it.
fn group(snapshot: &Snapshot, target: &Target) -> Result<GroupId, Problem> {
    let group = target.group().map_err(|_| Problem::no_group(&target.id))?;
    match snapshot.cluster.has_group(&group) {
        true => Ok(group),
        false => Err(Problem::no_group(&target.id)),
    }
}

/// A plain list of all apps below a group.
pub(super) fn below(snapshot: &Arc<Snapshot>, headers: &HeaderMap, group: GroupId, extras: Extras) -> Response {
    let wanted = Wish { below: Some(group), ..Wish::default() };
    listed(snapshot, headers, ("[", "]"), wanted, extras)
}

fn listed(
    snapshot: &Arc<Snapshot>,
    headers: &HeaderMap,
    (begin, end): (&'static str, &'static str),
    wanted: Wish,
    extras: Extras,
) -> Response {
    by_moment(&extras.clone(), snapshot, headers, || {
        let mut writer = Writer::new(snapshot, extras);
        let mut after: Option<AppId> = None;
        let cluster = Arc::clone(&snapshot.cluster);
        let fits = move |record: &AppRecord| record.wanted().is_some_and(|spec| wanted.is_met_by(spec));
        let body = list::between(begin, end, move |piece| {
            if writer.go_on(piece) == Rest::More {
                return Rest::More;
            }
            for record in cluster.wanted_after(after.as_ref()).filter(|record| fits(record)) {
                let id = &record.spec.id;
                piece.next();
                if writer.begin(piece, id) == Rest::More || piece.is_full() {
                    after = Some(id.clone());
                    return Rest::More;
                }
            }
            Rest::None
        });
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    })
}

/// Which apps are asked for; nothing said fits all.
#[derive(Default)]
struct Wish {
    below: Option<GroupId>,
    /// In lower case.
    cmd: Option<String>,
    /// In lower case.
    id: Option<String>,
    labels: Selector,
}

impl Wish {
    fn of(params: &Params) -> Result<Self, Problem> {
        let lower = |name| params.get(name).filter(|text| !text.is_empty()).map(str::to_lowercase);
        let labels = Selector::parse(params.get("label").unwrap_or_default());
        let labels = labels.map_err(|err| Problem::bad_argument(err.to_string()))?;
        Ok(Self { below: None, cmd: lower("cmd"), id: lower("id"), labels })
    }

    fn is_met_by(&self, spec: &AppSpec) -> bool {
        let cmd = match &spec.run.command {
            Command::Shell(cmd) => Some(cmd),
            Command::Args(_) | Command::Program(_) | Command::Image => None,
        };
        let runs = |part: &String| cmd.is_some_and(|cmd| cmd.to_lowercase().contains(part));
        self.below.as_ref().is_none_or(|group| group.holds(&spec.id))
            && self.cmd.as_ref().is_none_or(runs)
            && self.id.as_ref().is_none_or(|part| spec.id.as_str().contains(part))
            && self.labels.fits(&spec.labels)
    }
}
