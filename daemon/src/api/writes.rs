//! Questions with a body, and the writes: each a commit, like every change.

use super::input::{Json, Query};
use super::{Api, Refusal};
use axum::extract::State;
use serde::Deserialize;
use ship_core::model::Wanted;
use ship_core::plan::Plan;
use ship_core::protocol::{Apply, CommitRef, PlanRequest, Restart, Rollback, Scale};
use std::sync::Arc;

pub(super) async fn plan(
    State(api): State<Api>,
    Json(PlanRequest { apps, groups }): Json<PlanRequest>,
) -> axum::Json<Plan> {
    let target = Wanted {
        apps: apps.into_iter().map(|app| (app.id.clone(), Arc::new(app))).collect(),
        groups: groups.into_iter().map(|group| (group.id.clone(), Arc::new(group))).collect(),
    };
    axum::Json(api.master.plan(&target))
}

#[derive(Deserialize)]
pub(super) struct PlanQuery {
    commit: String,
}

/// Of a commit that the repository has: a branch under review.
pub(super) async fn plan_of(
    State(api): State<Api>,
    Query(PlanQuery { commit }): Query<PlanQuery>,
) -> Result<axum::Json<Plan>, Refusal> {
    api.source.plan(commit).await.map(axum::Json)
}

pub(super) async fn apply(State(api): State<Api>, Json(apply): Json<Apply>) -> Result<axum::Json<CommitRef>, Refusal> {
    api.goes_on()?;
    api.source.apply(apply).await.map(axum::Json)
}

pub(super) async fn scale(State(api): State<Api>, Json(scale): Json<Scale>) -> Result<axum::Json<CommitRef>, Refusal> {
    api.goes_on()?;
    api.source.scale(scale).await.map(axum::Json)
}

pub(super) async fn restart(
    State(api): State<Api>,
    Json(restart): Json<Restart>,
) -> Result<axum::Json<CommitRef>, Refusal> {
    api.goes_on()?;
    api.source.restart(restart).await.map(axum::Json)
}

pub(super) async fn rollback(
    State(api): State<Api>,
    Json(rollback): Json<Rollback>,
) -> Result<axum::Json<CommitRef>, Refusal> {
    api.goes_on()?;
    api.source.rollback(rollback).await.map(axum::Json)
}
