//! What would let tasks run that fit nowhere: single changes, each tried on the scheduler before it is told.

use super::placement::Trial;
use crate::cluster::Cluster;
use crate::cluster::places::link;
use crate::cluster::state::Agent;
use crate::model::{AgentId, AgentInfo, AppSpec, Constraint, EngineState, Resource, Scalar, Timestamp};
use crate::schedule::{Link, Load, Mismatch, Rejection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// So many are told at most.
const TOLD_MOST: usize = 4;
/// So many agents of one kind are tried.
const AGENTS_TRIED: usize = 3;
/// So many new agents are tried.
const NEW_AGENTS_MOST: u32 = 8;

/// A change, and what it brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// Its fields stand side by side with the number.
    #[serde(flatten)]
    pub change: Change,
    /// So many of the tasks that fit nowhere would run.
    pub lets: u32,
}

/// One change of an app or an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The agent is no longer emptied.
    Undrain {
        /// Its host name.
        host: String,
    },
    /// The agent, or its engine, is back.
    Revive {
        /// Its host name.
        host: String,
    },
    /// The app asks for less.
    Ask {
        /// Of what.
        resource: Resource,
        /// The most that it may ask, in the resource's unit.
        at_most: Scalar,
        /// What it asks now.
        now: Scalar,
    },
    /// The app leaves the choice of a host port to the agent.
    OpenPort {
        /// The port that it names now.
        port: u16,
    },
    /// The app gives up a constraint.
    Drop {
        /// Which one.
        rule: Constraint,
    },
    /// The agent has more.
    Grow {
        /// Its host name.
        host: String,
        /// Of what.
        resource: Resource,
        /// So much more than now, in the resource's unit.
        by: Scalar,
    },
    /// New agents join.
    Join {
        /// How many.
        agents: u32,
        /// An agent that they resemble in everything but their names.
        like: String,
    },
}

/// Those that let tasks run: what lets all of them run first, then the smaller change first.
pub(super) fn proven(
    cluster: &Cluster,
    trial: &mut Trial,
    spec: &AppSpec,
    passed_over: &[Rejection],
    tasks: u32,
    at: Timestamp,
) -> Vec<Remedy> {
    let now = trial.places(spec, tasks);
    let missing = tasks - now;
    let mut proofs = Proofs { cluster, trial, spec, tasks, at, now };
    let mut remedies = Vec::new();
    remedies.extend(proofs.agents_back(passed_over));
    remedies.extend(proofs.less(passed_over));
    remedies.extend(proofs.open_ports(passed_over));
    remedies.extend(proofs.rules(passed_over));
    remedies.extend(proofs.more(passed_over));
    remedies.extend(proofs.joining(passed_over));
    remedies.sort_by_key(|remedy| remedy.lets < missing);
    remedies.truncate(TOLD_MOST);
    remedies
}

struct Proofs<'a> {
    cluster: &'a Cluster,
    trial: &'a mut Trial,
    spec: &'a AppSpec,
    tasks: u32,
    at: Timestamp,
    /// So many find a place as it is.
    now: u32,
}

impl Proofs<'_> {
    /// Of agents that take no tasks at all: those that are emptied, and those that are away.
    fn agents_back(&mut self, passed_over: &[Rejection]) -> Vec<Remedy> {
        let is_draining = |one: &&Rejection| one.reason == Mismatch::Draining;
        let is_away = |one: &&Rejection| matches!(one.reason, Mismatch::Away | Mismatch::EngineDown);
        let draining = passed_over.iter().filter(is_draining).take(AGENTS_TRIED);
        let away = passed_over.iter().filter(is_away).take(AGENTS_TRIED);
        let back = draining.chain(away).filter_map(|one| {
            let host = one.host.clone();
            let change = if is_draining(&one) { Change::Undrain { host } } else { Change::Revive { host } };
            Some(Remedy { change, lets: self.with_agent(&one.agent, |_| {})? })
        });
        back.collect()
    }

    /// Of each resource that is short somewhere: the most that the app may ask.
    fn less(&mut self, passed_over: &[Rejection]) -> Vec<Remedy> {
        let short: BTreeSet<Resource> =
            passed_over.iter().filter_map(|one| one.reason.short().map(|(resource, ..)| resource)).collect();
        short.into_iter().filter_map(|resource| self.asking_less(resource)).collect()
    }

    fn asking_less(&mut self, resource: Resource) -> Option<Remedy> {
        let (now, step) = (self.spec.run.resources.amount(resource), step(resource).thousandths());
        let asked = |steps: u64| Scalar::from_thousandths(steps * step);
        let least = if resource == Resource::Gpus { 0 } else { 1 };
        let mut places = |steps: u64| {
            let mut spec = self.spec.clone();
            spec.run.resources = spec.run.resources.with(resource, asked(steps));
            self.trial.places(&spec, self.tasks)
        };
        // The less it asks, the more find a place: the most that it may ask is found by halves.
        let enough = if places(least) == self.tasks { self.tasks } else { self.now + 1 };
        let (mut fits, mut fails) = (least, now.thousandths().div_ceil(step));
        if fails <= fits || places(fits) < enough {
            return None;
        }
        while fails - fits > 1 {
            let middle = fits + (fails - fits) / 2;
            match places(middle) >= enough {
                true => fits = middle,
                false => fails = middle,
            }
        }
        let lets = places(fits) - self.now;
        Some(Remedy { change: Change::Ask { resource, at_most: asked(fits), now }, lets })
    }

    fn open_ports(&mut self, passed_over: &[Rejection]) -> Vec<Remedy> {
        let named: BTreeSet<u16> = passed_over.iter().filter_map(|one| one.reason.port()).collect();
        let opened = named.into_iter().filter_map(|port| {
            let mut spec = self.spec.clone();
            let fixed = spec.run.ports.iter_mut().filter(|known| known.host_port == Some(port));
            fixed.for_each(|known| known.host_port = Some(0));
            self.with_spec(&spec, Change::OpenPort { port })
        });
        opened.collect()
    }

    fn rules(&mut self, passed_over: &[Rejection]) -> Vec<Remedy> {
        let broken = |rule: &&Constraint| passed_over.iter().any(|one| one.reason.rule() == Some(*rule));
        let rules: Vec<Constraint> = self.spec.constraints.iter().filter(broken).cloned().collect();
        let dropped = rules.into_iter().filter_map(|rule| {
            let mut spec = self.spec.clone();
            spec.constraints.retain(|other| *other != rule);
            self.with_spec(&spec, Change::Drop { rule })
        });
        dropped.collect()
    }

    /// On the agent that lacks least of a resource: as much more as all tasks need, or else one.
    fn more(&mut self, passed_over: &[Rejection]) -> Option<Remedy> {
        let short = passed_over.iter().filter_map(|one| Some((one, one.reason.short()?)));
        let lack =
            |(one, (_, wanted, free)): &(&Rejection, (Resource, Scalar, Scalar))| (*wanted - *free, one.host.clone());
        let (one, (resource, wanted, free)) = short.min_by_key(lack)?;
        let missing = u64::from(self.tasks - self.now);
        let for_all = Scalar::from_thousandths(wanted.thousandths().saturating_mul(missing)) - free;
        let host = one.host.clone();
        [for_all, wanted - free].into_iter().find_map(|by| {
            let lets = self.with_agent(&one.agent, |info| {
                info.resources = info.resources.with(resource, info.resources.amount(resource) + by);
            })?;
            Some(Remedy { change: Change::Grow { host: host.clone(), resource, by }, lets })
        })
    }

    /// The fewest new agents like one of those there are that let all tasks run.
    fn joining(&mut self, passed_over: &[Rejection]) -> Option<Remedy> {
        let likely = |one: &&Rejection| one.reason.rule().is_none();
        let (first, second): (Vec<_>, Vec<_>) = passed_over.iter().partition(likely);
        let patterns = first.into_iter().take(AGENTS_TRIED).chain(second.into_iter().take(AGENTS_TRIED));
        let found = patterns.filter_map(|one| self.joined(one));
        found.reduce(|best, next| if next.lets > best.lets { next } else { best })
    }

    fn joined(&mut self, one: &Rejection) -> Option<Remedy> {
        let before = self.trial.fleet.clone();
        let mut found = None;
        for agents in 1..=NEW_AGENTS_MOST {
            let info = twin(&self.cluster.agents.get(&one.agent)?.record.info, agents);
            let load = Load::none(&info);
            self.trial.fleet.push(info, Link::Up, load);
            let lets = self.trial.places(self.spec, self.tasks) - self.now;
            if lets < agents {
                break;
            }
            found = Some(Remedy { change: Change::Join { agents, like: one.host.clone() }, lets });
            if self.now + lets == self.tasks {
                break;
            }
        }
        self.trial.fleet = before;
        found
    }

    fn with_spec(&mut self, spec: &AppSpec, change: Change) -> Option<Remedy> {
        let lets = self.trial.places(spec, self.tasks).checked_sub(self.now).filter(|lets| *lets > 0)?;
        Some(Remedy { change, lets })
    }

    /// How many more run if the agent takes tasks and is otherwise changed so.
    fn with_agent(&mut self, id: &AgentId, change: impl FnOnce(&mut AgentInfo)) -> Option<u32> {
        let agent: &Agent = self.cluster.agents.get(id)?;
        let mut info = agent.record.info.clone();
        change(&mut info);
        info.engine = EngineState::Up { version: String::new() };
        let load = self.trial.fleet.load(agent.slot).clone();
        self.trial.fleet.update(agent.slot, &info, Link::Up, &load);
        let lets = self.trial.places(self.spec, self.tasks).checked_sub(self.now);
        self.trial.fleet.update(agent.slot, &agent.record.info, link(agent, self.at), &load);
        lets.filter(|lets| *lets > 0)
    }
}

/// Amounts that people would write.
fn step(resource: Resource) -> Scalar {
    match resource {
        Resource::Cpus => Scalar::from_thousandths(10),
        Resource::Mem | Resource::Disk | Resource::Gpus => Scalar::whole(1),
    }
}

/// The same machine once more, under another name.
fn twin(info: &AgentInfo, number: u32) -> AgentInfo {
    let name = format!("{} (new {number})", info.hostname);
    let engine = EngineState::Up { version: String::new() };
    AgentInfo { id: AgentId::new(name.clone()), hostname: name, engine, ..info.clone() }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undrain { host } => write!(f, "undrain {host}"),
            Self::Revive { host } => write!(f, "bring {host} back"),
            Self::Ask { resource, at_most, now } => {
                let unit = resource.unit();
                write!(f, "ask for at most {at_most}{unit} {resource} instead of {now}{unit}")
            }
            Self::OpenPort { port } => write!(f, "let the agent choose the host port: hostPort 0 instead of {port}"),
            Self::Drop { rule } => write!(f, "give up the constraint [{rule}]"),
            Self::Grow { host, resource, by } => {
                let unit = resource.unit();
                write!(f, "give {host} {by}{unit} {resource} more")
            }
            Self::Join { agents: 1, like } => write!(f, "add an agent like {like}"),
            Self::Join { agents, like } => write!(f, "add {agents} agents like {like}"),
        }
    }
}
