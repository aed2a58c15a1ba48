//! What waits to be launched, and why it does (marathon-v2, section 8.5). An agent's free room is the offer that Marathon
//! speaks of.

use super::definition::Definition;
use super::pod::Pod;
use super::scalar::Moment;
use crate::model::{AgentId, AgentInfo, AppSpec, Attribute, PortRange, Resource, Resources, Scalar};
use crate::schedule::{Mismatch, PortBook};
use schemars::JsonSchema;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// An app or a pod with instances that have no task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueItem<'a> {
    /// As it is wanted.
    #[serde(flatten)]
    pub of: Queued<'a>,
    /// So many instances wait.
    pub count: u32,
    /// Only where it is not everybody's: older clients do not know the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'a str>,
    /// Its last failure or its last change, whatever it waits because of.
    pub since: Moment,
    /// The pause after failures.
    pub delay: Delay,
    /// How many agents were asked, and what they lack.
    pub processed_offers_summary: OffersSummary,
    /// Agents that were passed over, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_unused_offers: Option<Vec<UnusedOffer>>,
}

/// An app or a pod, under the name of what it is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Queued<'a> {
    /// As `app`.
    App(Box<Definition<'a>>),
    /// As `pod`.
    Pod(Box<Pod>),
}

/// What is left of the pause before the next launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Delay {
    /// Rounded up.
    pub time_left_seconds: u64,
    /// Whether nothing is left.
    pub overdue: bool,
}

/// What came of asking the agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OffersSummary {
    /// So many agents could be asked.
    pub processed_offers_count: usize,
    /// So many of them take no task.
    pub unused_offers_count: usize,
    /// `None` if none was passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_unused_offer_at: Option<Moment>,
    /// When the newest task that is there was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_offer_at: Option<Moment>,
    /// Of each agent once.
    pub reject_summary_last_offers: Vec<RejectCount>,
    /// Of this attempt: the same, as agents are asked anew each time.
    pub reject_summary_launch_attempt: Vec<RejectCount>,
}

/// One stage of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RejectCount {
    /// What is asked at this stage.
    pub reason: Reason,
    /// So many were passed over for it.
    pub declined: usize,
    /// So many had got past the stages before.
    pub processed: usize,
}

/// Why an agent is passed over, in Marathon's words and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the words are Marathon's")]
pub enum Reason {
    UnfulfilledRole,
    UnfulfilledConstraint,
    NoCorrespondingReservationFound,
    AgentMaintenance,
    InsufficientCpus,
    InsufficientMemory,
    InsufficientDisk,
    InsufficientGpus,
    InsufficientPorts,
    DeclinedScarceResources,
}

impl Reason {
    /// All stages of the funnel, in order.
    pub const ALL: [Self; 10] = [
        Self::UnfulfilledRole,
        Self::UnfulfilledConstraint,
        Self::NoCorrespondingReservationFound,
        Self::AgentMaintenance,
        Self::InsufficientCpus,
        Self::InsufficientMemory,
        Self::InsufficientDisk,
        Self::InsufficientGpus,
        Self::InsufficientPorts,
        Self::DeclinedScarceResources,
    ];

    /// `None` for an agent that does not answer: it makes no offer.
    #[must_use]
    pub fn of(mismatch: &Mismatch) -> Option<Self> {
        match mismatch {
            Mismatch::Away | Mismatch::EngineDown => None,
            Mismatch::Draining | Mismatch::Tidying => Some(Self::AgentMaintenance),
            Mismatch::Constraint { .. } => Some(Self::UnfulfilledConstraint),
            Mismatch::Short { resource: Resource::Cpus, .. } => Some(Self::InsufficientCpus),
            Mismatch::Short { resource: Resource::Mem, .. } => Some(Self::InsufficientMemory),
            Mismatch::Short { resource: Resource::Disk, .. } => Some(Self::InsufficientDisk),
            Mismatch::Short { resource: Resource::Gpus, .. } => Some(Self::InsufficientGpus),
            Mismatch::PortTaken { .. } | Mismatch::PortOutside { .. } | Mismatch::PortsExhausted { .. } => {
                Some(Self::InsufficientPorts)
            }
        }
    }
}

impl OffersSummary {
    /// Of so many agents that could be asked, those passed over each for a reason.
    #[must_use]
    pub fn new(asked: usize, declined: &[Reason], now: Moment, last_used_offer_at: Option<Moment>) -> Self {
        let funnel = funnel(asked, declined);
        Self {
            processed_offers_count: asked,
            unused_offers_count: declined.len(),
            last_unused_offer_at: (!declined.is_empty()).then_some(now),
            last_used_offer_at,
            reject_summary_last_offers: funnel.clone(),
            reject_summary_launch_attempt: funnel,
        }
    }
}

fn funnel(asked: usize, declined: &[Reason]) -> Vec<RejectCount> {
    let mut left = asked;
    let stage = |reason: Reason| {
        let (processed, declined) = (left, declined.iter().filter(|other| **other == reason).count());
        left = left.saturating_sub(declined);
        RejectCount { reason, declined, processed }
    };
    Reason::ALL.map(stage).into()
}

/// An agent that was passed over.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnusedOffer {
    /// What it has left.
    pub offer: Offer,
    /// Why it was.
    pub reason: [Reason; 1],
    /// When it was asked.
    pub timestamp: Moment,
}

/// What an agent has left.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The agent's: it has one offer at a time.
    id: AgentId,
    hostname: String,
    agent_id: AgentId,
    resources: Vec<OfferResource>,
    #[schemars(with = "Vec<std::collections::BTreeMap<String, serde_json::Value>>")]
    attributes: Vec<OfferAttribute>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
struct OfferResource {
    name: &'static str,
    role: &'static str,
    #[serde(flatten)]
    amount: Amount,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Amount {
    Scalar(Scalar),
    Ranges(Vec<Range>),
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
struct Range {
    begin: u16,
    end: u16,
}

#[derive(Debug, Clone, PartialEq)]
struct OfferAttribute {
    name: String,
    value: Attribute,
}

impl Offer {
    /// `free` is for everybody, whatever is reserved besides.
    #[must_use]
    pub fn of(info: &AgentInfo, free: &Resources, ports: &PortBook) -> Self {
        let scalars = [("cpus", free.cpus), ("mem", free.mem), ("disk", free.disk)];
        let gpus = Some(("gpus", Scalar::whole(free.gpus.into()))).filter(|_| info.resources.gpus > 0);
        let scalars = scalars.into_iter().chain(gpus).map(|(name, amount)| (name, Amount::Scalar(amount)));
        let ranges = ports.free_ranges().into_iter().map(|PortRange { first, last }| Range { begin: first, end: last });
        let amounts = scalars.chain([("ports", Amount::Ranges(ranges.collect()))]);
        let attributes = info.attributes.iter().map(|(name, value)| (name.clone(), value.clone()));
        Self {
            id: info.id.clone(),
            hostname: info.hostname.clone(),
            agent_id: info.id.clone(),
            resources: amounts.map(|(name, amount)| OfferResource { name, role: AppSpec::ANY_ROLE, amount }).collect(),
            attributes: attributes.map(|(name, value)| OfferAttribute { name, value }).collect(),
        }
    }
}

impl Serialize for OfferAttribute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut attribute = serializer.serialize_struct("attribute", 2)?;
        attribute.serialize_field("name", &self.name)?;
        match &self.value {
            Attribute::Number(number) => attribute.serialize_field("scalar", number)?,
            Attribute::Set(members) => attribute.serialize_field("set", members)?,
            Attribute::Text(text) => attribute.serialize_field("text", text)?,
        }
        attribute.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_sees_what_got_past_the_one_before() {
        let declined = [Reason::InsufficientCpus, Reason::UnfulfilledConstraint, Reason::InsufficientCpus];
        let counts: Vec<(usize, usize)> =
            funnel(5, &declined).iter().map(|stage| (stage.declined, stage.processed)).collect();
        assert_eq!(counts, [(0, 5), (1, 5), (0, 4), (0, 4), (2, 4), (0, 2), (0, 2), (0, 2), (0, 2), (0, 2)]);
    }
}
