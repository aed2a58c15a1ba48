//! Events with their numbers, and what a store knows of them as a whole.

use ship_core::cluster::Event;
use ship_core::model::DeploymentId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An event and its place among all events of the cluster. Numbers rise, over restarts too.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered {
    pub number: u64,
    pub event: Arc<Event>,
}

/// What is stored of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// How many of each deployment.
    pub counts: BTreeMap<DeploymentId, usize>,
    /// Every number below was given to an event, or may have been.
    pub taken: u64,
}
