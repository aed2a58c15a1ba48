//! What was held or cancelled stays so until a newer change of the app or `resume`, whoever restarts.

use super::{Step, Violation};
use crate::cluster::{AppRecord, Input};
use crate::model::AppId;

pub(super) fn lost(step: &Step<'_>) -> Vec<Violation> {
    let apps: Vec<&AppId> = match step.input {
        Some(_) => step.apps().into_iter().collect(),
        None => step.before.apps.keys().collect(),
    };
    apps.into_iter()
        .filter_map(|id| {
            let (before, after) = (&step.app_before(id)?.record, &step.app_after(id)?.record);
            let lost = before.given_up().is_some() && after.given_up().is_none() && !may_clear(step, before, after);
            (lost || goes_on_early(before, after))
                .then(|| Violation::new("marks", format!("{id} goes on though it was given up")))
        })
        .collect()
}

/// What a newer change is to take the place of stays given up until that one begins.
fn goes_on_early(before: &AppRecord, after: &AppRecord) -> bool {
    before.mark.is_some() && after.mark.is_none() && after.next.is_some()
}

fn may_clear(step: &Step<'_>, before: &AppRecord, after: &AppRecord) -> bool {
    match step.input {
        Some(Input::Resume { apps }) => apps.contains(&after.spec.id),
        Some(Input::Desired { .. }) => {
            let edition = |app: &AppRecord| (app.version, app.next.as_ref().map(|next| next.version), app.removed);
            edition(before) != edition(after)
        }
        Some(
            Input::AgentJoined { .. }
            | Input::AgentChanged { .. }
            | Input::AgentLost { .. }
            | Input::TaskUpdate { .. }
            | Input::Cancel { .. }
            | Input::RevertRefused { .. }
            | Input::Drain { .. }
            | Input::Undrain { .. }
            | Input::Wipe { .. }
            | Input::VolumeRemoved { .. }
            | Input::Kill { .. }
            | Input::EndPause { .. }
            | Input::Tick,
        )
        | None => false,
    }
}
