//! What would follow if something happened now: agents lost or emptied, an app scaled, agents added. Played out on a
//! copy of the cluster, to the moment when nothing moves any more; the cluster itself is not touched.
//!
//! What is under way is taken to end first, and well. No change is given up, and times that the cluster only waits
//! (`inactiveAfterSeconds`, backoff, deadlines of drains) pass at once, up to [`HORIZON`].

mod facts;
mod suppose;
mod waits;
mod watch;

pub use facts::{Bent, Capacity, CapacitySpan, Low, Wait, WaitKind, WhatIf};
pub use suppose::{NewAgent, Supposition, Unsupposable};

use super::model::Model;
use super::moves::{Move, moves, places};
use crate::cluster::Cluster;
use crate::model::{AppId, Timestamp};
use std::collections::BTreeSet;
use std::time::Duration;
use waits::waits;
use watch::Watch;

/// What would come later than this counts as never: nobody plans for it.
pub const HORIZON: Duration = Duration::from_secs(30 * 24 * 3600);
/// More inputs than the largest cluster takes to come to rest; a forecast must end.
const INPUTS_MAX: usize = 5_000_000;

/// What would follow from these, one after the other, without a pause between them.
///
/// # Errors
/// If one of them names an app or an agent that is not there, or cannot be.
pub fn whatif(cluster: &Cluster, suppositions: &[Supposition], now: Timestamp) -> Result<WhatIf, Unsupposable> {
    suppositions.iter().try_for_each(|one| one.check(cluster))?;
    let before = at_rest(cluster.clone(), now);
    let mut model = Model::new(before.cluster.clone(), before.now);
    let horizon = model.now + HORIZON;
    let mut watch = Watch::new(&before.cluster, before.now);
    for one in suppositions {
        one.feed(&mut model, &mut watch);
    }
    let is_complete = play(&mut model, horizon, |model, step| watch.note(model, step));
    let touched: BTreeSet<AppId> = watch.touched().cloned().collect();
    Ok(WhatIf {
        moves: touched.iter().flat_map(|app| moved(app, &before, &model)).collect(),
        waits: waits(&before, &model, &touched),
        bent: watch.bent(&model),
        lows: watch.lows(&model),
        capacity: watch.capacity(),
        is_complete,
    })
}

/// The cluster once all that is under way has ended.
pub(super) fn at_rest(cluster: Cluster, now: Timestamp) -> Model {
    let mut model = Model::new(cluster, now);
    model.cluster.be_patient();
    let horizon = now + HORIZON;
    model.cluster.restless().iter().for_each(|app| model.catch_up(app));
    play(&mut model, horizon, |_, _| {});
    model
}

fn moved(app: &AppId, before: &Model, after: &Model) -> Vec<Move> {
    let standing = |model: &Model| {
        let tasks = model.cluster.standing(app, model.now);
        places(tasks.iter().map(|task| &task.agent))
    };
    moves(app, &standing(before), &standing(after), |agent| after.cluster.host_of(agent))
}

/// Until nothing more comes; whether it came to that.
fn play(model: &mut Model, horizon: Timestamp, mut seen: impl FnMut(&Model, &super::model::Step)) -> bool {
    for _ in 0..INPUTS_MAX {
        if model.rests_until(horizon) {
            return true;
        }
        let Some(step) = model.next() else { return true };
        seen(model, &step);
    }
    false
}

#[cfg(test)]
pub(super) mod tests;
