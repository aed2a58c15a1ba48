//! The writes of `/v2`: a request becomes the steps of one commit, and the answer names the deployment that carries
//! it out. Killing tasks without scaling is no commit.

mod apps;
mod caller;
mod deployments;
mod groups;
mod kills;
mod pause;
mod pods;
mod refused;
mod restart;
mod sent;
mod sent_back;

use super::path::Target;
use super::problem::Problem;
use crate::api::Api;
use crate::clock;
use crate::git::{Change, Op};
use axum::Json;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post, put};
use caller::Caller;
use refused::{Places, refused_at};
use serde::Serialize;
use ship_core::model::{AppId, DeploymentId, GroupId, Kind, TaskId};
use ship_core::protocol::marathon::Moment;
use std::fmt;

/// Everything that changes something.
pub(super) fn router() -> Router<Api> {
    Router::new()
        .route("/v2/apps", post(apps::create).put(apps::update_all).patch(apps::patch_all))
        .route("/v2/groups", post(groups::create).put(groups::update).delete(groups::remove).patch(groups::patch))
        .route("/v2/pods", post(pods::create))
        .route("/v2/pods/{*rest}", put(pods::update).delete(pods::remove))
        .route("/v2/apps/{*rest}", put(apps::update).patch(apps::patch).delete(apps::remove).post(restart::restart))
        .route(
            "/v2/groups/{*rest}",
            post(groups::create_below).put(groups::update_below).patch(groups::patch).delete(groups::remove_below),
        )
        .route("/v2/tasks/delete", post(kills::kill_named))
        .route("/v2/queue/{*rest}", delete(pause::end))
        .route("/v2/deployments/{id}", delete(deployments::cancel))
}

/// A commit, and what is to become of it.
struct Wish {
    ops: Vec<Op>,
    subject: String,
    force: bool,
    kill: Vec<TaskId>,
}

impl Wish {
    fn new(subject: impl Into<String>, ops: Vec<Op>, force: bool) -> Self {
        Self { ops, subject: subject.into(), force, kill: Vec::new() }
    }

    fn by(self, caller: &Caller) -> Change {
        let Self { ops, subject, force, kill } = self;
        Change { ops, subject, force, kill, author: Some(caller.author.clone()), via: caller.via.clone() }
    }
}

/// Marathon's answer to a write (marathon-v2, section 8.1).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeploymentResult {
    version: Moment,
    deployment_id: DeploymentId,
}

impl DeploymentResult {
    fn answer(self) -> Response {
        let headers = self.header();
        (headers, Json(self)).into_response()
    }

    fn created(self, app: &AppId) -> Response {
        let mut headers = self.header();
        headers.extend(location("/v2/apps", app));
        (StatusCode::CREATED, headers, Json(self)).into_response()
    }

    fn header(&self) -> HeaderMap {
        let value = HeaderValue::try_from(self.deployment_id.as_str()).expect("the id of a commit is hexadecimal");
        [(super::headers::DEPLOYMENT, value)].into_iter().collect()
    }
}

/// Where what has this id is to be had; Marathon says the bare id of an app, which is no address.
fn location(below: &str, id: impl fmt::Display) -> HeaderMap {
    let value = HeaderValue::try_from(format!("{below}{id}")).expect("an id is lower-case letters, digits, - . /");
    [(axum::http::header::LOCATION, value)].into_iter().collect()
}

/// The app that a path names. What git alone knows of is its to refuse.
fn app_of(api: &Api, target: &Target) -> Result<AppId, Problem> {
    let is_pod = |app: &AppId| api.master.snapshot().kind_of(app) == Some(Kind::Pod);
    target.app().ok().filter(|app| !is_pod(app)).ok_or_else(|| Problem::no_app(&target.id))
}

/// Commits. A request that changes nothing makes no commit, and is answered with the deployment that was before.
async fn commit(api: &Api, change: Change) -> Result<DeploymentResult, Problem> {
    commit_several(api, change, &Places::new()).await
}

/// What is wrong is told with its place in the request.
async fn commit_several(api: &Api, change: Change, places: &Places) -> Result<DeploymentResult, Problem> {
    api.goes_on()?;
    let made = api.source.change(change).await.map_err(|error| refused_at(error, places));
    let made = made.inspect_err(|problem| {
        let reason = problem.body["message"].as_str().unwrap_or_default();
        api.events.group_change_failed(&GroupId::root(), clock::now(), reason);
    })?;
    let cluster = api.master.snapshot();
    let deployment_id = made.deployment.unwrap_or_else(|| DeploymentId::new(made.commit.as_str()));
    let version = match cluster.deployment(&deployment_id) {
        Some(deployment) => deployment.version,
        None => cluster.last_version(),
    };
    Ok(DeploymentResult { version: version.into(), deployment_id })
}
