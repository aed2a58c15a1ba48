//! All tasks of an app replaced, though nothing else changes.

use super::caller::Caller;
use super::{DeploymentResult, Wish, app_of, commit};
use crate::api::Api;
use crate::api::v2::params::Params;
use crate::api::v2::path::{Part, Path, Target};
use crate::api::v2::problem::Problem;
use crate::git::Op;
use axum::extract::State;
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
        return Err(target.not_allowed());
    }
    let app = app_of(&api, &target)?;
    let wish = Wish::new(format!("restart {app}"), vec![Op::Restart { app }], params.flag("force")?);
    commit(&api, wish.by(&caller)).await.map(DeploymentResult::answer)
}
