//! The scheduler as one would write it without a thought of speed: every agent is asked everything, every time.
//! What the index says is held against it.

use crate::model::{AgentInfo, AppSpec, Constraint, EngineState, Image, Operator, Resources};
use crate::schedule::constraints::accepts;
use crate::schedule::{Link, Load, score};

pub(super) struct Known {
    pub(super) info: AgentInfo,
    pub(super) link: Link,
    pub(super) load: Load,
}

/// The best agent, and all that would do. `placed` are those of the app's standing tasks, oldest first.
pub(super) fn place(seed: u64, agents: &[Known], spec: &AppSpec, placed: &[usize]) -> (Option<usize>, Vec<usize>) {
    let feasible: Vec<usize> = (0..agents.len()).filter(|at| fits(&agents[*at], agents, spec, placed)).collect();
    let best = feasible.iter().copied().max_by_key(|at| {
        let agent = &agents[*at];
        (score(agents, *at, spec, placed), score::tie(seed, &agent.info.id))
    });
    (best, feasible)
}

fn fits(agent: &Known, agents: &[Known], spec: &AppSpec, placed: &[usize]) -> bool {
    let takes_orders = agent.link == Link::Up && matches!(agent.info.engine, EngineState::Up { .. });
    let stays = |agent: &&Known| !matches!(agent.link, Link::Gone | Link::Draining);
    let placed = || placed.iter().map(|at| &agents[*at]);
    let all: Vec<&AgentInfo> = placed().map(|agent| &agent.info).collect();
    let staying: Vec<&AgentInfo> = placed().filter(stays).map(|agent| &agent.info).collect();
    let there: Vec<&AgentInfo> = agents.iter().filter(stays).map(|agent| &agent.info).collect();
    let counted = |rule: &Constraint| if matches!(rule.operator, Operator::GroupBy(_)) { &staying } else { &all };
    takes_orders
        && spec.constraints.iter().all(|rule| accepts(rule, &agent.info, counted(rule), &there))
        && spec.run.resources.fits_in(&free(agent, spec))
        && has_ports(agent, spec)
}

fn free(agent: &Known, spec: &AppSpec) -> Resources {
    let mut free = Resources::default();
    let shares = &agent.info.reserved;
    let part = |role: &String| {
        let (share, held) = (shares[role], agent.load.reserved.get(role).copied().unwrap_or_default());
        Resources {
            cpus: share.cpus.min(held.cpus),
            mem: share.mem.min(held.mem),
            disk: share.disk.min(held.disk),
            gpus: share.gpus.min(held.gpus),
        }
    };
    let of_roles = shares.keys().map(part).fold(Resources::default(), |sum, part| sum + part);
    for role in spec.roles() {
        free = free
            + match role {
                "*" => agent.info.resources - (agent.load.used - of_roles),
                role => {
                    let share = agent.info.reserved.get(role).copied().unwrap_or_default();
                    share - agent.load.reserved.get(role).copied().unwrap_or_default()
                }
            };
    }
    free
}

fn has_ports(agent: &Known, spec: &AppSpec) -> bool {
    let offered = || agent.info.ports.iter().flat_map(|range| range.first..=range.last);
    let mut free: Vec<u16> = offered().filter(|port| !agent.load.ports.is_taken(*port)).collect();
    let (open, fixed): (Vec<u16>, Vec<u16>) =
        spec.run.ports.iter().filter_map(|port| port.host_port).partition(|port| *port == 0);
    let all_fixed = fixed.iter().all(|port| free.contains(port));
    free.retain(|port| !fixed.contains(port));
    all_fixed && open.len() <= free.len()
}

fn score(agents: &[Known], at: usize, spec: &AppSpec, placed: &[usize]) -> i64 {
    let agent = &agents[at];
    let whole = agent.info.reserved.values().fold(agent.info.resources, |sum, share| sum + *share);
    let image = Image::reference(&spec.run.image.name);
    let having = agents.iter().filter(|agent| agent.info.images.contains(&image)).count();
    let bonus = having < agents.len() && agent.info.images.contains(&image);
    let on_agent = placed.iter().filter(|other| **other == at).count() as u32;
    let in_zone = placed.iter().filter(|other| agents[**other].info.zone == agent.info.zone).count() as u32;
    let full = score::fullness(agent.load.used + spec.run.resources, whole);
    let penalty = score::agent_penalty(on_agent, spec.instances) + score::zone_penalty(in_zone, spec.instances);
    score::by_strategy(spec.placement.strategy, full) + if bonus { score::IMAGE_BONUS } else { 0 } - penalty as i64
}
