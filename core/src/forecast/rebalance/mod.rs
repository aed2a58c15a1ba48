//! Where tasks would stand were all of them placed anew, by the present ranking and constraints. A picture only:
//! nothing moves tasks that are well where they are.
//!
//! Apps are placed in the order of their priority, the largest tasks first. A task keeps its agent wherever an equally
//! good placement lets it.

mod anew;
mod facts;
mod rules;

#[cfg(test)]
mod tests;

pub use facts::{AgentShare, Mended, Rebalance, Spread, Unplaced};

use super::moves::{moves, places};
use super::whatif::at_rest;
use crate::cluster::{Cluster, TaskRecord};
use crate::model::{AgentId, AppSpec, Scalar, Timestamp, UnreachableStrategy};
use anew::Anew;
use std::cmp::Reverse;
use std::sync::Arc;

/// An app whose tasks can be placed anew.
struct Movable {
    spec: Arc<AppSpec>,
    /// By id, and so oldest first.
    tasks: Vec<Arc<TaskRecord>>,
    /// Where it has tasks that stay: on agents that take none.
    staying: Vec<AgentId>,
}

/// What would stand elsewhere. What is under way is taken to end first, and well.
#[must_use]
pub fn rebalance(cluster: &Cluster, now: Timestamp) -> Rebalance {
    let settled = at_rest(cluster.clone(), now);
    let (cluster, now) = (&settled.cluster, settled.now);
    let movable = movable(cluster, now);
    let tasks = movable.iter().map(|app| app.tasks.len()).sum();
    let mut anew = Anew::of(cluster, now);
    let before = anew.spread();
    movable.iter().for_each(|app| anew.take_away(&app.tasks));
    let (mut moved, mut mended, mut unplaced) = (Vec::new(), Vec::new(), Vec::new());
    for Movable { spec, tasks, staying } in &movable {
        let was: Vec<AgentId> = tasks.iter().map(|task| task.agent.clone()).collect();
        let is = anew.place(spec, tasks, staying);
        moved.extend(moves(&spec.id, &places(&was), &places(&is), |agent| cluster.host_of(agent)));
        mended.extend(rules::mended(
            spec,
            [&was, &is].map(|places| [staying.as_slice(), places].concat()),
            cluster,
            now,
        ));
        let missing = count(was.len() - is.len());
        unplaced.extend((missing > 0).then(|| Unplaced { app: spec.id.clone(), tasks: missing }));
    }
    moved.sort();
    mended.sort_by(|a: &Mended, b| a.app.cmp(&b.app));
    unplaced.sort_by(|a: &Unplaced, b| a.app.cmp(&b.app));
    let fixed = count(cluster.tasks().count() - tasks);
    Rebalance { moves: moved, mended, unplaced, tasks: count(tasks), fixed, before, after: anew.spread() }
}

/// In the order in which they are placed: the most important first, then the largest, then by id.
fn movable(cluster: &Cluster, now: Timestamp) -> Vec<Movable> {
    let wanted = cluster.wanted();
    let specs = wanted.apps.keys().filter_map(|app| cluster.spec(app)).filter(|spec| may_move(spec));
    let of_app = |spec: &Arc<AppSpec>| {
        let all = cluster.tasks_of(&spec.id).filter(|task| !task.is_killing()).cloned();
        let (tasks, staying): (Vec<_>, Vec<_>) = all.partition(|task| cluster.room(&task.agent, now).is_some());
        let staying = staying.into_iter().map(|task| task.agent.clone()).collect();
        Movable { spec: Arc::clone(spec), tasks, staying }
    };
    let mut movable: Vec<Movable> = specs.map(of_app).filter(|app| !app.tasks.is_empty()).collect();
    let total = total(cluster, now);
    movable.sort_by_cached_key(|app| {
        let share = share(app.spec.run.resources.cpus, total.0).max(share(app.spec.run.resources.mem, total.1));
        (Reverse(app.spec.placement.priority), Reverse(share), app.spec.id.clone())
    });
    movable
}

/// An app that keeps data on its agent, or waits for it, stays; one with an instance on every agent has no choice.
fn may_move(spec: &AppSpec) -> bool {
    spec.unreachable != UnreachableStrategy::Disabled && !spec.is_resident() && !spec.placement.everywhere
}

/// The cpus and the memory of all agents that take tasks.
fn total(cluster: &Cluster, now: Timestamp) -> (Scalar, Scalar) {
    let rooms = cluster.agent_ids().filter_map(|id| cluster.room(id, now));
    rooms.fold(Default::default(), |(cpus, mem), room| (cpus + room.total.cpus, mem + room.total.mem))
}

/// In millionths.
fn share(part: Scalar, whole: Scalar) -> u64 {
    part.thousandths().saturating_mul(1_000_000).checked_div(whole.thousandths()).unwrap_or(0)
}

fn count(tasks: usize) -> u32 {
    u32::try_from(tasks).unwrap_or(u32::MAX)
}
