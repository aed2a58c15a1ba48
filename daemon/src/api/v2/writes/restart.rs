//! All tasks of an app replaced, though nothing else changes.

use super::caller::Caller;
use super::{DeploymentResult, Wish, app_of, commit};
use crate::api::Api;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Target};
use crate::api::v2::problem::Problem;
use crate::git::Op;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// The only thing below `/v2/apps` that POST is for.
pub(super) async fn restart(
    State(api): State<Api>,
    Path(rest): Path<String>,
    params: Params,
    caller: Caller,
) -> Result<Response, Problem> {
    let target = Target::of_app(&rest);
    if target.part != Part::Restart {
        let message = format!("`/v2/apps/{rest}` does not answer POST");
        return Err(Problem::new(StatusCode::METHOD_NOT_ALLOWED, message));
    }
    let app = app_of(&api, &target)?;
    let wish = Wish::new(format!("restart {app}"), vec![Op::Restart { app }], params.flag("force")?);
    commit(&api, wish.by(&caller)).await.map(DeploymentResult::answer)
}
