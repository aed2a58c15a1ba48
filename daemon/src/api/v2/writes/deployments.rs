//! Deployments ended: taken back by a commit, or left as they are (marathon-v2, section 5.5).

use super::caller::Caller;
use super::{DeploymentResult, Wish, commit};
use crate::api::Api;
use crate::api::v2::params::Params;
use crate::api::v2::path::Path;
use crate::api::v2::problem::Problem;
use crate::git::Op;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ship_core::cluster::{Cluster, Deployment, Input};
use ship_core::model::{AppId, CommitId, DeploymentId};
use std::sync::Arc;

/// With `force` it ends here and now, and nothing is taken back.
pub(super) async fn cancel(
    State(api): State<Api>,
    Path(id): Path<String>,
    params: Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let cluster = api.master.snapshot();
    let running = cluster.deployment(&DeploymentId::new(id.as_str())).filter(|known| !known.outcome.has_ended());
    let deployment =
        running.cloned().ok_or_else(|| Problem::not_found(format!("DeploymentPlan {id} does not exist")))?;
    if params.flag("force")? {
        let by = Some(caller.author);
        api.master.command(Input::Cancel { deployment: deployment.id.clone(), by }).await?;
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    let before = CommitId::new(deployment.id.as_str());
    let undo = |app: AppId| Op::Undo { app, commit: before.clone() };
    let ops = its_own(&cluster, &deployment).map(undo).collect();
    let subject = format!("take back {}", before.short());
    commit(&api, Wish::new(subject, ops, true).by(&caller)).await.map(DeploymentResult::answer)
}

/// Apps that are wanted as this deployment has them: what a later commit changed is left to that.
fn its_own<'a>(cluster: &'a Cluster, deployment: &'a Arc<Deployment>) -> impl Iterator<Item = AppId> + 'a {
    let of_it = |app: &&AppId| match cluster.app_record(app) {
        Some(record) if !record.removed => {
            let commit = record.next.as_ref().map(|next| &next.commit).or(record.commit.as_ref());
            commit.is_some_and(|commit| commit.as_str() == deployment.id.as_str())
        }
        Some(_) | None => true,
    };
    deployment.apps.keys().filter(of_it).cloned()
}
