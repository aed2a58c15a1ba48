//! A task makes room only for an app that preempts and is more important than its own.

use super::{Step, Violation};
use crate::cluster::Happening;
use crate::model::{AppId, PlacementPolicy};

pub(super) fn usurped(step: &Step<'_>) -> Vec<Violation> {
    let told = step.happenings().filter_map(|event| {
        let Happening::TaskPreempted { by, .. } = &event.what else { return None };
        Some((event.app.as_ref()?, by))
    });
    told.filter_map(|(app, by)| {
        let (own, other) = (policy(step, app)?, policy(step, by)?);
        let allowed = other.preempts && other.priority > own.priority;
        (!allowed).then(|| Violation::new("preempted", format!("{app} makes room for {by}, which may not ask")))
    })
    .collect()
}

fn policy(step: &Step<'_>, app: &AppId) -> Option<PlacementPolicy> {
    Some(step.app_after(app)?.record.spec.placement)
}
