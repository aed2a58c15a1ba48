//! What an agent is told when it starts. Where it comes from (flags, variables, files) is `main`'s business.

use ship_core::model::{AgentId, Attribute, PortRange, Scalar};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct Settings {
    /// As kept in the data directory, see [`identity`](super::identity()).
    pub id: AgentId,
    /// The data directory: the disk that is offered is the one it lies on.
    pub data: PathBuf,
    /// Where the master listens for agents, `HOST:PORT`.
    pub master: String,
    pub token: String,
    /// `None` = what the machine calls itself.
    pub hostname: Option<String>,
    pub offer: Offer,
}

/// What tasks may use of the machine.
#[derive(Debug, Clone)]
pub struct Offer {
    /// `None` = all that the machine has, less a reserve for itself.
    pub cpus: Option<Scalar>,
    pub mem: Option<Scalar>,
    pub disk: Option<Scalar>,
    pub ports: Vec<PortRange>,
    pub attributes: BTreeMap<String, Attribute>,
    pub zone: Option<String>,
    pub region: Option<String>,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            cpus: None,
            mem: None,
            disk: None,
            ports: vec![PortRange::DEFAULT],
            attributes: BTreeMap::new(),
            zone: None,
            region: None,
        }
    }
}
