//! `GET /v2/tasks`, and the tasks of an app or of a group (marathon-v2, section 8.5).

use super::list::{self, Rest};
use super::{JSON, form_from_snapshot, from_snapshot};
use crate::api::Api;
use crate::api::v2::accept;
use crate::api::v2::params::Params;
use crate::master::Snapshot;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ship_core::model::{AppId, GroupId, TaskId};
use ship_core::protocol::marathon::{Task, TaskState};
use std::sync::Arc;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BY_ACCEPT: HeaderValue = HeaderValue::from_static("accept");

/// All tasks, or those that are so far.
pub(super) async fn list(State(api): State<Api>, params: Params, headers: HeaderMap) -> Response {
    let snapshot = api.master.published();
    if accept::prefers_text(&headers) {
        return as_text(&snapshot, &headers, |_| true);
    }
    let states: Vec<TaskState> = params.all("status").filter_map(state).collect();
    written(&snapshot, &headers, None, move |task| states.is_empty() || states.contains(&task.state))
}

/// Of one app.
pub(super) fn of_app(snapshot: &Arc<Snapshot>, headers: &HeaderMap, id: AppId) -> Response {
    match accept::prefers_text(headers) {
        true => as_text(snapshot, headers, move |app| *app == id),
        false => written(snapshot, headers, Some(id), |_| true),
    }
}

/// Of all apps below a group.
pub(super) fn below(snapshot: &Arc<Snapshot>, headers: &HeaderMap, group: GroupId) -> Response {
    match accept::prefers_text(headers) {
        true => as_text(snapshot, headers, move |app| group.holds(app)),
        false => written(snapshot, headers, None, move |task| group.holds(task.app_id)),
    }
}

/// Other words are ignored.
fn state(word: &str) -> Option<TaskState> {
    match word {
        "running" => Some(TaskState::Running),
        "staging" => Some(TaskState::Staging),
        _ => None,
    }
}

fn written(
    snapshot: &Arc<Snapshot>,
    headers: &HeaderMap,
    of: Option<AppId>,
    which: impl Fn(&Task<'_>) -> bool + Send + 'static,
) -> Response {
    let shared = Arc::clone(snapshot);
    from_snapshot(snapshot, headers, move || {
        let mut after: Option<TaskId> = None;
        let body = list::object("tasks", move |piece| {
            let tasks = shared.cluster.marathon_tasks(of.as_ref(), after.as_ref(), shared.at);
            for task in tasks.filter(|task| which(task)) {
                piece.element(&task);
                if piece.is_full() {
                    after = Some(task.id.clone());
                    return Rest::More;
                }
            }
            Rest::None
        });
        ([(header::CONTENT_TYPE, JSON), (header::VARY, BY_ACCEPT)], body).into_response()
    })
}

fn as_text(snapshot: &Arc<Snapshot>, headers: &HeaderMap, which: impl Fn(&AppId) -> bool + Send + 'static) -> Response {
    let shared = Arc::clone(snapshot);
    form_from_snapshot(snapshot, "-text", headers, move || {
        let mut after: Option<AppId> = None;
        let body = list::between("", "", move |piece| {
            let wanted = shared.cluster.wanted_after(after.as_ref()).map(|record| &record.spec.id);
            for id in wanted.filter(|id| which(id)) {
                piece.text(&shared.cluster.marathon_endpoints(id, shared.at).unwrap_or_default());
                if piece.is_full() {
                    after = Some(id.clone());
                    return Rest::More;
                }
            }
            Rest::None
        });
        ([(header::CONTENT_TYPE, TEXT), (header::VARY, BY_ACCEPT)], body).into_response()
    })
}
