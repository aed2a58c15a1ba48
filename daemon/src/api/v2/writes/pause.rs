//! `DELETE /v2/queue/{id}/delay`: the next launch of an app does not wait for the end of a pause. No commit: nothing else
//! is wanted than before.

use crate::api::Api;
use crate::api::v2::path::Path;
use crate::api::v2::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use ship_core::cluster::Input;
use ship_core::model::AppId;

pub(super) async fn end(State(api): State<Api>, Path(rest): Path<String>) -> Result<StatusCode, Problem> {
    let steps: Vec<&str> = rest.split('/').filter(|step| !step.is_empty()).collect();
    let [steps @ .., "delay"] = steps.as_slice() else {
        return Err(Problem::not_found(format!("there is nothing at `/v2/queue/{rest}`")));
    };
    let path = format!("/{}", steps.join("/"));
    let queued = AppId::parse(&path).ok().filter(|app| api.master.snapshot().is_queued(app));
    let app = queued.ok_or_else(|| Problem::not_found(format!("Application {path} not found in tasks queue.")))?;
    api.master.command(Input::EndPause { app }).await?;
    Ok(StatusCode::NO_CONTENT)
}
