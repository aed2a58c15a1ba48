//! What an agent is told when it starts. Where it comes from (flags, variables, files) is `main`'s business.

use ship_core::model::{AgentId, Attribute, PortRange};
use ship_repo::Amounts;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct Settings {
    /// As kept in the data directory, see [`identity`](super::identity()).
    pub id: AgentId,
    /// The data directory: the disk that is offered is the one it lies on, unless the engine has another.
    pub data: PathBuf,
    /// Where the master listens for agents, `HOST:PORT`.
    pub master: String,
    pub token: String,
}

/// What constraints can ask for and tasks may use. It may change while the agent runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// `None` = what the machine calls itself.
    pub hostname: Option<String>,
    /// What is not named is all that the machine has, less a reserve for itself and what is kept for roles.
    pub amounts: Amounts,
    pub ports: Vec<PortRange>,
    pub attributes: BTreeMap<String, Attribute>,
    pub zone: Option<String>,
    pub region: Option<String>,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            hostname: None,
            amounts: Amounts::default(),
            ports: vec![PortRange::DEFAULT],
            attributes: BTreeMap::new(),
            zone: None,
            region: None,
        }
    }
}
