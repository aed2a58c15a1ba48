//! Commands in tasks' containers: over a WebSocket for people, as lines of JSON for scripts. Both end the command when
//! nobody is there any more.

mod lines;
mod socket;

pub(super) use lines::lines;
pub(super) use socket::socket;

use super::tasks::{find, status_of};
use super::{Api, Refusal};
use crate::master::links::{CannotAsk, Exec, ExecError};
use crate::runtime::ExecWish;
use axum::http::StatusCode;
use ship_core::cluster::TaskPhase;
use ship_core::model::TaskId;
use ship_core::protocol::exec::ExecEnd;

/// Begins it, or says why not.
async fn begin(api: &Api, id: &TaskId, wish: ExecWish) -> Result<Exec, Refusal> {
    if wish.argv.first().is_none_or(String::is_empty) {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "`argv` must name the program to run"));
    }
    if wish.argv.iter().any(|word| word.contains('\0')) {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "`argv` has a NUL in it, which no program can get"));
    }
    let cluster = api.master.snapshot();
    let task = find(&cluster, id)?;
    match task.phase {
        TaskPhase::Staging => {
            let early = Refusal::new(StatusCode::CONFLICT, format!("task `{id}` does not run yet"));
            return Err(early.hint(format!("`shipctl why {}` tells what it waits for", task.app)));
        }
        TaskPhase::Running { .. } | TaskPhase::Killing { .. } => {}
    }
    api.links.exec(&task.agent, id, wish).await.map_err(|err| refusal(&err))
}

/// Without a last word from its agent.
fn cut_off() -> ExecEnd {
    ExecEnd::Error("the link to the agent of the task broke".to_owned())
}

fn refusal(err: &ExecError) -> Refusal {
    let status = match err {
        ExecError::CannotAsk(CannotAsk::TooOld(_)) => StatusCode::CONFLICT,
        ExecError::CannotAsk(CannotAsk::NotLinked(_)) | ExecError::Unanswered(_) => StatusCode::SERVICE_UNAVAILABLE,
        ExecError::Refused(refusal) => status_of(refusal.kind()),
    };
    let refusal = Refusal::new(status, err.to_string());
    match err {
        ExecError::CannotAsk(CannotAsk::TooOld(_)) => refusal.hint("run the same version of shipd there"),
        ExecError::CannotAsk(CannotAsk::NotLinked(_)) | ExecError::Unanswered(_) | ExecError::Refused(_) => refusal,
    }
}
