//! Questions with a body, and the writes: each a commit, like every change.

use super::input::Json;
use super::{Api, Refusal};
use axum::extract::State;
use ship_core::model::Wanted;
use ship_core::plan::Plan;
use ship_core::protocol::{CommitRef, PlanRequest, Restart, Rollback, Scale};
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

pub(super) async fn scale(State(api): State<Api>, Json(scale): Json<Scale>) -> Result<axum::Json<CommitRef>, Refusal> {
    api.source.scale(scale).await.map(axum::Json)
}

pub(super) async fn restart(
    State(api): State<Api>,
    Json(restart): Json<Restart>,
) -> Result<axum::Json<CommitRef>, Refusal> {
    api.source.restart(restart).await.map(axum::Json)
}

pub(super) async fn rollback(
    State(api): State<Api>,
    Json(rollback): Json<Rollback>,
) -> Result<axum::Json<CommitRef>, Refusal> {
    api.source.rollback(rollback).await.map(axum::Json)
}
