//! Questions that the snapshot answers.

use super::aside::aside;
use super::deployments::view;
use super::input::{Path, Query};
use super::{Api, Refusal};
use crate::clock;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use ship_core::cluster::{Cluster, Why};
use ship_core::model::AppId;
use ship_core::plan::Plan;
use ship_core::protocol::{DeploymentView, HistoryEntry, Info, SourceView, Status};

/// So many deployments that ended are shown.
const ENDED_SHOWN: usize = 10;

/// So many commits of the history, unless the request says otherwise.
const COMMITS_SHOWN: usize = 20;

pub(super) async fn info(State(api): State<Api>, headers: HeaderMap) -> Json<Info> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    Json(Info {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source: api.source.kind(),
        repo: api.source.clone_url(host),
        branch: api.source.branch().to_owned(),
    })
}

#[derive(Deserialize)]
pub(super) struct StatusQuery {
    app: Option<AppId>,
}

pub(super) async fn status(
    State(api): State<Api>,
    Query(StatusQuery { app }): Query<StatusQuery>,
) -> Result<Json<Status>, Refusal> {
    let cluster = api.master.snapshot();
    let apps = cluster.app_views(clock::now(), app.as_ref());
    if let (Some(app), true) = (&app, apps.is_empty()) {
        return Err(no_app(app));
    }
    Ok(Json(Status {
        source: SourceView {
            kind: api.source.kind(),
            commit: cluster.commit().cloned(),
            problem: api.source.problem(),
        },
        agents: cluster.agent_views(),
        apps,
        deployments: deployments(&cluster, app.as_ref()),
    }))
}

#[derive(Deserialize)]
pub(super) struct WhyQuery {
    app: AppId,
}

/// What each missing instance of an app lacks. The scheduler is tried on a copy, away from the threads that answer.
pub(super) async fn why(
    State(api): State<Api>,
    Query(WhyQuery { app }): Query<WhyQuery>,
) -> Result<Json<Why>, Refusal> {
    let cluster = api.master.snapshot();
    let asked = app.clone();
    let why = aside(move || cluster.why(&asked, clock::now())).await?;
    why.map(Json).ok_or_else(|| no_app(&app))
}

#[derive(Deserialize)]
pub(super) struct HistoryQuery {
    app: Option<AppId>,
    limit: Option<usize>,
}

pub(super) async fn history(
    State(api): State<Api>,
    Query(HistoryQuery { app, limit }): Query<HistoryQuery>,
) -> Result<Json<Vec<HistoryEntry>>, Refusal> {
    let limit = limit.unwrap_or(COMMITS_SHOWN);
    let entries = api.source.history(app.clone(), limit).await?;
    match app {
        // Neither now nor ever.
        Some(app) if entries.is_empty() && limit > 0 && api.master.snapshot().spec(&app).is_none() => Err(no_app(&app)),
        Some(_) | None => Ok(Json(entries)),
    }
}

/// A plan that was shown lately: what it took for granted, to tell why it no longer holds.
pub(super) async fn shown_plan(State(api): State<Api>, Path(fingerprint): Path<String>) -> Result<Json<Plan>, Refusal> {
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, format!("no plan `{fingerprint}` was shown lately"));
    api.master.shown(&fingerprint).map(Json).ok_or_else(unknown)
}

pub(super) fn no_app(app: &AppId) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format!("there is no app `{app}`"))
        .hint("`shipctl status` lists the apps of this cluster")
}

/// All that run and the last that ended, the newest first.
fn deployments(cluster: &Cluster, app: Option<&AppId>) -> Vec<DeploymentView> {
    let mut ended = 0;
    cluster
        .deployments()
        .filter(|deployment| app.is_none_or(|app| deployment.apps.contains_key(app)))
        .filter(|deployment| {
            ended += usize::from(deployment.ended.is_some());
            deployment.ended.is_none() || ended <= ENDED_SHOWN
        })
        .map(view)
        .collect()
}
