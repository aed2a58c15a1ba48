//! What the agent says of itself: its settings, what the machine has and what its engine tells, as one description. The
//! settings may change while it runs.

use super::machine::{self, Detected};
use super::{Offer, Settings};
use ship_core::model::{AgentId, AgentInfo, EngineState};
use std::path::PathBuf;

pub(super) struct Profile {
    id: AgentId,
    data: PathBuf,
    offer: Offer,
    info: AgentInfo,
}

impl Profile {
    /// Before the engine has answered.
    pub(super) fn new(settings: &Settings, offer: Offer) -> Self {
        let engine = EngineState::Down { reason: "not asked yet".to_owned() };
        let (id, data) = (settings.id.clone(), settings.data.clone());
        let detected = Detected::of(&data, None);
        warn_of_overcommitment(&detected, &offer);
        let info = describe(&id, &offer, &detected, engine);
        Self { id, data, offer, info }
    }

    pub(super) fn info(&self) -> &AgentInfo {
        &self.info
    }

    /// Whether the master must hear of it.
    pub(super) fn change_engine(&mut self, engine: EngineState) -> bool {
        self.become_other(AgentInfo { engine, ..self.info.clone() })
    }

    /// Whether the master must hear of it.
    pub(super) fn change_offer(&mut self, offer: Offer) -> bool {
        let detected = Detected::of(&self.data, None);
        warn_of_overcommitment(&detected, &offer);
        let info = describe(&self.id, &offer, &detected, self.info.engine.clone());
        self.offer = offer;
        self.become_other(info)
    }

    fn become_other(&mut self, info: AgentInfo) -> bool {
        let changed = self.info != info;
        self.info = info;
        changed
    }
}

fn warn_of_overcommitment(detected: &Detected, offer: &Offer) {
    detected.overcommitted(&offer.amounts).iter().for_each(|text| tracing::warn!("{text}"));
}

fn describe(id: &AgentId, offer: &Offer, detected: &Detected, engine: EngineState) -> AgentInfo {
    AgentInfo {
        id: id.clone(),
        hostname: offer.hostname.clone().unwrap_or_else(machine::hostname),
        resources: detected.offered(&offer.amounts),
        ports: offer.ports.clone(),
        attributes: offer.attributes.clone(),
        zone: offer.zone.clone(),
        region: offer.region.clone(),
        reserved: offer.amounts.reserved.clone(),
        images: Default::default(),
        engine,
    }
}
