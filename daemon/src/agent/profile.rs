//! What the agent says of itself: its settings, what the machine has and what its engine tells, as one description. The
//! settings may change while it runs.

use super::machine::{self, Detected};
use super::{Offer, Settings};
use crate::runtime::Stock;
use ship_core::model::{AgentId, AgentInfo, EngineState};
use std::collections::BTreeSet;
use std::path::PathBuf;

pub(super) struct Profile {
    id: AgentId,
    data: PathBuf,
    offer: Offer,
    /// `None` until the engine has told.
    stock: Option<Stock>,
    info: AgentInfo,
    /// What was warned of last.
    warned: Vec<String>,
}

impl Profile {
    /// Before the engine has answered.
    pub(super) fn new(settings: &Settings, offer: Offer) -> Self {
        let engine = EngineState::Down { reason: "not asked yet".to_owned() };
        let (id, data) = (settings.id.clone(), settings.data.clone());
        let info = describe(&id, &offer, &Detected::of(&data, None), engine);
        let mut profile = Self { id, data, offer, stock: None, info, warned: Vec::new() };
        profile.describe_again();
        profile
    }

    pub(super) fn info(&self) -> &AgentInfo {
        &self.info
    }

    /// Whether the master must hear of it.
    pub(super) fn change_engine(&mut self, engine: EngineState) -> bool {
        let changed = self.info.engine != engine;
        self.info.engine = engine;
        changed
    }

    /// Whether the master must hear of it.
    pub(super) fn change_offer(&mut self, offer: Offer) -> bool {
        self.offer = offer;
        self.describe_again()
    }

    /// Whether the master must hear of it.
    pub(super) fn change_stock(&mut self, stock: Stock) -> bool {
        self.stock = Some(stock);
        self.describe_again()
    }

    /// Whether anything is another than before. Warns of what is offered beyond what there is, once.
    fn describe_again(&mut self) -> bool {
        let detected = Detected::of(&self.data, self.stock.as_ref());
        let warnings = detected.overcommitted(&self.offer.amounts);
        warnings.iter().filter(|text| !self.warned.contains(text)).for_each(|text| tracing::warn!("{text}"));
        self.warned = warnings;
        let images = self.stock.as_ref().map(|stock| stock.images.clone()).unwrap_or_default();
        let info = describe(&self.id, &self.offer, &detected, self.info.engine.clone());
        let info = AgentInfo { images, ..info };
        let changed = self.info != info;
        self.info = info;
        changed
    }
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
        images: BTreeSet::new(),
        engine,
    }
}
