//! Deployments: listed, found by the beginning of an id, ended and gone on with.

use super::input::{Json, Path, Query};
use super::reads::no_app;
use super::{Api, Refusal};
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use ship_core::cluster::{Cluster, Deployment, Input, RolloutState};
use ship_core::model::{AppId, DeploymentId};
use ship_core::protocol::{Cancel, Cancelled, DeploymentView, Resume, Resumed};
use std::sync::Arc;

/// Fewer digits are more likely a slip than a name.
const PREFIX_MIN: usize = 4;
/// So many are listed unless the request says otherwise.
const LISTED: usize = 20;
/// Of deployments whose ids begin alike, so many are named.
const NAMED: usize = 5;

#[derive(Deserialize)]
pub(super) struct ListQuery {
    app: Option<AppId>,
    limit: Option<usize>,
}

pub(super) async fn list(
    State(api): State<Api>,
    Query(ListQuery { app, limit }): Query<ListQuery>,
) -> axum::Json<Vec<DeploymentView>> {
    let cluster = api.master.snapshot();
    let concerned = |deployment: &&Arc<Deployment>| app.as_ref().is_none_or(|app| deployment.apps.contains_key(app));
    let newest = cluster.deployments().filter(concerned).take(limit.unwrap_or(LISTED));
    axum::Json(newest.map(view).collect())
}

pub(super) async fn show(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<axum::Json<DeploymentView>, Refusal> {
    Ok(axum::Json(view(find(&api.master.snapshot(), &id)?)))
}

/// What is over is left as it is: asking twice does no harm.
pub(super) async fn cancel(
    State(api): State<Api>,
    Path(id): Path<String>,
    Json(Cancel { by }): Json<Cancel>,
) -> Result<axum::Json<Cancelled>, Refusal> {
    if by.as_ref().is_some_and(|by| by.chars().any(char::is_control)) {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "`by` is a name on one line, `Name <mail>`"));
    }
    let known = find(&api.master.snapshot(), &id)?.clone();
    if known.outcome.has_ended() {
        return Ok(axum::Json(Cancelled { deployment: Deployment::clone(&known), was_over: true }));
    }
    api.master.command(Input::Cancel { deployment: known.id.clone(), by }).await?;
    let cluster = api.master.snapshot();
    let deployment = cluster.deployment(&known.id).unwrap_or(&known);
    // It may have ended by itself an instant before.
    let was_over = !deployment.apps.values().any(|rollout| rollout.state == RolloutState::Cancelled);
    Ok(axum::Json(Cancelled { deployment: Deployment::clone(deployment), was_over }))
}

pub(super) async fn resume(State(api): State<Api>, Json(wish): Json<Resume>) -> Result<axum::Json<Resumed>, Refusal> {
    let apps = given_up(&api.master.snapshot(), wish)?;
    if !apps.is_empty() {
        api.master.command(Input::Resume { apps: apps.clone() }).await?;
    }
    Ok(axum::Json(Resumed { apps }))
}

/// Of what the request names, the apps whose change was given up.
fn given_up(cluster: &Cluster, wish: Resume) -> Result<Vec<AppId>, Refusal> {
    match (wish.app, wish.deployment) {
        (Some(app), None) => match cluster.spec(&app) {
            Some(_) => Ok(cluster.mark(&app).map(|_| app).into_iter().collect()),
            None => Err(no_app(&app)),
        },
        (None, Some(id)) => {
            let deployment = find(cluster, id.as_str())?;
            let marked =
                |app: &&AppId| cluster.mark(app).is_some_and(|mark| mark.deployment.as_ref() == Some(&deployment.id));
            Ok(deployment.apps.keys().filter(marked).cloned().collect())
        }
        (Some(_), Some(_)) | (None, None) => {
            Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "name either an `app` or a `deployment` to go on with"))
        }
    }
}

/// The deployment with this id, or the only one whose id begins so.
pub(super) fn find<'a>(cluster: &'a Cluster, text: &str) -> Result<&'a Arc<Deployment>, Refusal> {
    if let Some(exact) = cluster.deployment(&DeploymentId::new(text)) {
        return Ok(exact);
    }
    if text.len() < PREFIX_MIN {
        let message = format!("`{text}` is too short for a deployment's id: give at least {PREFIX_MIN} digits");
        return Err(Refusal::new(StatusCode::NOT_FOUND, message));
    }
    let alike: Vec<_> = cluster.deployments().filter(|known| known.id.as_str().starts_with(text)).collect();
    match alike.as_slice() {
        [] => Err(no_deployment(text)),
        [one] => Ok(one),
        several => {
            let message = format!("{} deployments have an id that begins with `{text}`", several.len());
            let name = |known: &&Arc<Deployment>| format!("{} {}", known.id, known.commit.subject);
            let details = several.iter().take(NAMED).map(name).collect();
            Err(Refusal::new(StatusCode::CONFLICT, message).hint("give more digits").details(details))
        }
    }
}

pub(super) fn no_deployment(id: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, format!("there is no deployment `{id}`"))
        .hint("its id is the id of its commit; a commit that changes no app has none")
}

pub(super) fn view(deployment: &Arc<Deployment>) -> DeploymentView {
    DeploymentView { deployment: Deployment::clone(deployment) }
}
