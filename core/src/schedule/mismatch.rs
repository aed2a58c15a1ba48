//! Why an agent was passed over, and what to say when all of them were.

use crate::model::{AgentId, Constraint, Resource, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One reason why an agent cannot take a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Mismatch {
    /// Its link to the master is down.
    Away,
    /// It is being emptied.
    Draining,
    /// It still stops tasks that were given up while it was away.
    Tidying,
    /// Its Docker Engine does not answer.
    EngineDown,
    /// `found` is the agent's value; `None` = it has no such attribute.
    Constraint {
        /// The app's first that the agent breaks.
        rule: Constraint,
        /// The agent's own, as text.
        found: Option<String>,
    },
    /// Too little of a resource is free; the first of cpus, mem, disk, gpus.
    Short {
        /// Which of the four.
        resource: Resource,
        /// By one task, in the resource's unit.
        wanted: Scalar,
        /// On the agent, in the same unit.
        free: Scalar,
    },
    /// A fixed host port that another task holds.
    PortTaken {
        /// Its number.
        port: u16,
    },
    /// A fixed host port that the agent does not offer.
    PortOutside {
        /// Its number.
        port: u16,
    },
    /// Not enough free host ports for those that may be any.
    PortsExhausted {
        /// By one task, fixed ones not counted.
        wanted: u32,
    },
}

/// An agent that was passed over, and the first reason in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    /// Which agent.
    pub agent: AgentId,
    /// The agent's host name.
    pub host: String,
    /// Only the first; the agent may have others.
    pub reason: Mismatch,
}

/// One sentence for people: what is missing, from the agents nearest to fitting.
#[must_use]
pub fn summary(rejections: &[Rejection]) -> String {
    if rejections.is_empty() {
        return "no agent has joined".to_owned();
    }
    let sentences: Vec<String> = groups(rejections).iter().map(Group::sentence).collect();
    sentences.join("; ")
}

/// Agents that were passed over for the same reason, but for its amount.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The one that is nearest to taking the task.
    pub nearest: &'a Rejection,
    /// All of them, the nearest included, in the order given.
    pub agents: Vec<&'a Rejection>,
}

/// Alike reasons together, in the order in which a scheduler asks.
#[must_use]
pub fn groups(rejections: &[Rejection]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<String, Vec<&Rejection>> = BTreeMap::new();
    for rejection in rejections {
        groups.entry(rejection.reason.kind()).or_default().push(rejection);
    }
    let nearest = |agents: &[&'_ Rejection]| {
        let place = |at: &usize| (agents[*at].reason.shortfall(), &agents[*at].host);
        (0..agents.len()).min_by_key(place).expect("a group has at least one rejection")
    };
    groups.into_values().map(|agents| Group { nearest: agents[nearest(&agents)], agents }).collect()
}

impl Group<'_> {
    /// One host and its reason, or how many there are and the nearest.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.agents.len() {
            1 => format!("{}: {}", self.nearest.host, self.nearest.reason),
            agents => format!("{agents} agents, {} the nearest: {}", self.nearest.host, self.nearest.reason),
        }
    }
}

impl Mismatch {
    /// What makes two reasons the same to a reader who does not care which agent it was.
    fn kind(&self) -> String {
        match self {
            Self::Away => "1".to_owned(),
            Self::EngineDown => "2".to_owned(),
            Self::Draining => "2 draining".to_owned(),
            Self::Tidying => "2 tidying".to_owned(),
            Self::Constraint { rule, .. } => format!("3 {rule}"),
            Self::Short { resource, .. } => format!("4 {resource}"),
            Self::PortTaken { port } | Self::PortOutside { port } => format!("5 {port}"),
            Self::PortsExhausted { .. } => "6".to_owned(),
        }
    }

    /// Whether less on the agent would help.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Short { .. } | Self::PortTaken { .. } | Self::PortsExhausted { .. } => true,
            Self::Away
            | Self::Draining
            | Self::Tidying
            | Self::EngineDown
            | Self::Constraint { .. }
            | Self::PortOutside { .. } => false,
        }
    }

    /// Which resource is short, how much of it one task wants and how much is free, if that is what is wrong.
    #[must_use]
    pub fn short(&self) -> Option<(Resource, Scalar, Scalar)> {
        let Self::Short { resource, wanted, free } = self else { return None };
        Some((*resource, *wanted, *free))
    }

    /// The fixed host port that cannot be had there, if that is what is wrong.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        let (Self::PortTaken { port } | Self::PortOutside { port }) = self else { return None };
        Some(*port)
    }

    /// The constraint that the agent breaks, if that is what is wrong.
    #[must_use]
    pub fn rule(&self) -> Option<&Constraint> {
        let Self::Constraint { rule, .. } = self else { return None };
        Some(rule)
    }

    fn shortfall(&self) -> Scalar {
        self.short().map_or(Scalar::ZERO, |(_, wanted, free)| wanted - free)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away => f.write_str("not connected"),
            Self::EngineDown => f.write_str("its Docker Engine does not answer"),
            Self::Draining => f.write_str("draining"),
            Self::Tidying => f.write_str("still stops tasks it kept while it was away"),
            Self::Constraint { rule, found: Some(found) } => write!(f, "excluded by [{rule}], it has `{found}`"),
            Self::Constraint { rule, found: None } => write!(f, "excluded by [{rule}], it has no `{}`", rule.field),
            Self::Short { resource, wanted, free } => {
                let unit = resource.unit();
                write!(f, "short of {}{unit} {resource} ({wanted} wanted, {free} free)", *wanted - *free)
            }
            Self::PortTaken { port } => write!(f, "host port {port} is taken"),
            Self::PortOutside { port } => write!(f, "host port {port} is outside the ports it offers"),
            Self::PortsExhausted { wanted: 1 } => f.write_str("no free host port"),
            Self::PortsExhausted { wanted } => write!(f, "fewer than {wanted} free host ports"),
        }
    }
}
