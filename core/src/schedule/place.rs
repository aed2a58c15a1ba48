//! The choice of one agent for one task.

use super::{Mismatch, Rejection, constraints, ports};
use crate::model::{AgentId, AgentInfo, AppSpec, EngineState, Resources, TaskPort};
use imbl::OrdSet;
use std::cmp::Reverse;

/// An agent as the scheduler sees it.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// What the agent said of itself.
    pub info: &'a AgentInfo,
    /// All but `Up` get nothing.
    pub link: Link,
    /// By all tasks there, ending ones included.
    pub used: Resources,
    /// Host ports of all tasks there, ending ones included.
    pub ports_taken: &'a OrdSet<u16>,
    /// The last port number that was given from its ranges.
    pub last_port: u16,
    /// Tasks of the same app that stand there.
    pub siblings: u32,
}

/// Whether an agent can be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It takes orders.
    Up,
    /// Down, but it may be back in a moment: what stands there still counts.
    Away,
    /// Down for so long that its tasks are replaced: no place, and no group to keep even.
    Gone,
    /// Its tasks move elsewhere.
    Draining,
    /// It still stops tasks that are not ours (any more).
    Tidying,
}

/// Where a task goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Which agent is to launch it.
    pub agent: AgentId,
    /// The agent's host name, for people and the task's environment.
    pub host: String,
    /// In the order of the app's ports.
    pub ports: Vec<TaskPort>,
}

/// Places one task of the app. `placed` are the agents of the app's tasks of the same configuration, as
/// constraints count them. Among agents that fit, the one with the fewest tasks of this app, then the
/// fullest, then the smallest id wins.
///
/// # Errors
/// Every agent's reason, in the order of `candidates`.
pub fn place(spec: &AppSpec, candidates: &[Candidate<'_>], placed: &[&AgentInfo]) -> Result<Site, Vec<Rejection>> {
    let present = candidates.iter().filter(|candidate| candidate.link != Link::Gone);
    let all: Vec<&AgentInfo> = present.map(|candidate| candidate.info).collect();
    let mut fitting: Vec<(&Candidate<'_>, Vec<TaskPort>)> = Vec::new();
    let mut rejections = Vec::new();
    for candidate in candidates {
        match fit(spec, candidate, placed, &all) {
            Ok(ports) => fitting.push((candidate, ports)),
            Err(reason) => rejections.push(Rejection { host: candidate.info.hostname.clone(), reason }),
        }
    }
    fitting
        .into_iter()
        .min_by_key(|(candidate, _)| (candidate.siblings, Reverse(fullness(candidate)), &candidate.info.id))
        .map(|(candidate, ports)| Site {
            agent: candidate.info.id.clone(),
            host: candidate.info.hostname.clone(),
            ports,
        })
        .ok_or(rejections)
}

fn fit(
    spec: &AppSpec,
    candidate: &Candidate<'_>,
    placed: &[&AgentInfo],
    all: &[&AgentInfo],
) -> Result<Vec<TaskPort>, Mismatch> {
    let info = candidate.info;
    match candidate.link {
        Link::Up => {}
        Link::Away | Link::Gone => return Err(Mismatch::Away),
        Link::Draining => return Err(Mismatch::Draining),
        Link::Tidying => return Err(Mismatch::Tidying),
    }
    if let EngineState::Down { .. } = info.engine {
        return Err(Mismatch::EngineDown);
    }
    if let Some(rule) = constraints::breaks(spec, info, placed, all) {
        let found = constraints::attribute(info, &rule.field);
        return Err(Mismatch::Constraint { rule: rule.clone(), found });
    }
    let free = info.resources - candidate.used;
    for ((resource, wanted), (_, free)) in spec.run.resources.amounts().into_iter().zip(free.amounts()) {
        if wanted > free {
            return Err(Mismatch::Short { resource, wanted, free });
        }
    }
    ports::choose(spec, info, candidate.ports_taken, candidate.last_port)
}

/// How much of the agent is in use, in thousandths of its scarcer resource.
fn fullness(candidate: &Candidate<'_>) -> u64 {
    let total = candidate.info.resources;
    let share = |used: u64, all: u64| (used * 1000).checked_div(all).unwrap_or(0);
    share(candidate.used.cpus.thousandths(), total.cpus.thousandths())
        .max(share(candidate.used.mem.thousandths(), total.mem.thousandths()))
}
