//! The agents of a case, as its `agents.json` tells of them.

use serde::Deserialize;
use ship_core::model::{AgentId, AgentInfo, Attribute, EngineState, PortRange, Resources, Scalar};
use std::collections::{BTreeMap, BTreeSet};

/// An agent; its host name is its id.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentFile {
    pub(crate) id: AgentId,
    cpus: f64,
    mem: f64,
    /// The first and the last of its host ports.
    #[serde(default = "ten_ports")]
    ports: (u16, u16),
    #[serde(default)]
    attributes: BTreeMap<String, Attribute>,
    zone: Option<String>,
    region: Option<String>,
    #[serde(default)]
    pub(crate) state: AgentState,
}

/// How it is at the moment of the plan. While `before` was rolled out it was up.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AgentState {
    #[default]
    Up,
    /// Its link broke this very moment.
    Away,
    /// Its link broke long ago.
    Gone,
    #[serde(rename = "engine down")]
    EngineDown,
    /// It was to be emptied long ago.
    Draining,
    /// It joined after all else was done.
    New,
}

impl AgentFile {
    pub(crate) fn info(&self) -> AgentInfo {
        let engine = EngineState::Up { version: "27.5".to_owned() };
        let disk = Scalar::whole(10_000);
        let resources = Resources { cpus: Scalar::from_f64(self.cpus), mem: Scalar::from_f64(self.mem), disk, gpus: 0 };
        AgentInfo {
            id: self.id.clone(),
            hostname: self.id.to_string(),
            resources,
            ports: vec![PortRange { first: self.ports.0, last: self.ports.1 }],
            attributes: self.attributes.clone(),
            zone: self.zone.clone(),
            region: self.region.clone(),
            reserved: BTreeMap::new(),
            images: BTreeSet::new(),
            engine,
        }
    }

    pub(crate) fn info_without_engine(&self) -> AgentInfo {
        let reason = "connection refused".to_owned();
        AgentInfo { engine: EngineState::Down { reason }, ..self.info() }
    }
}

fn ten_ports() -> (u16, u16) {
    (31000, 31009)
}
