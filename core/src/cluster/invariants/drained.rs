//! A drain's deadline stops nothing early, an agent is told to be drained when nothing of ours is left on it, and
//! that is told once.

use super::{Step, Violation};
use crate::cluster::{Happening, TaskRecord};
use crate::model::AgentId;

pub(super) fn misjudged(step: &Step<'_>) -> Vec<Violation> {
    let told = step.happenings().filter_map(|event| {
        let Happening::AgentDrained { agent, .. } = &event.what else { return None };
        Some(agent)
    });
    told.filter_map(|agent| {
        let detail = contradiction(step, agent)?;
        Some(Violation::new("drained", format!("{agent} is told to be drained, and {detail}")))
    })
    .collect()
}

fn contradiction(step: &Step<'_>, id: &AgentId) -> Option<String> {
    let Some(agent) = step.after.agents.get(id) else { return Some("nobody knows it".to_owned()) };
    let drain = |cluster: &crate::cluster::Cluster| cluster.agents.get(id).and_then(|agent| agent.record.drain);
    let known = |task: &&std::sync::Arc<TaskRecord>| task.agent == *id;
    if drain(step.before).is_some_and(|drain| drain.drained.is_some()) {
        return Some("so it was before".to_owned());
    }
    if drain(step.after).is_none_or(|drain| drain.drained.is_none()) {
        return Some("that is not on record".to_owned());
    }
    if agent.record.lost_since.is_some() {
        return Some("it is away".to_owned());
    }
    let left = step.after.tasks.values().filter(known).count() + agent.strangers.len();
    (left > 0).then(|| format!("has {left} tasks"))
}
