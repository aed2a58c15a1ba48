//! `[daemon]` of the `ship.toml` that a `shipd` is started with.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ship_core::manifest::{Finding, Place, Rule};
use ship_core::model::PortRange;

/// Settings of `shipd`; flags and `SHIP_` variables come first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct DaemonSettings {
    /// The folder for everything that must survive a restart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Where to serve HTTP and git, as `ADDRESS:PORT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// Where agents connect, as `ADDRESS:PORT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agents: Option<String>,
    /// The address of the Docker Engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker: Option<String>,
    /// From which numbers a `servicePort` is chosen that a file leaves open, as `FIRST-LAST`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_ports: Option<String>,
    /// The branch that deploys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

impl DaemonSettings {
    /// What the schema cannot say.
    pub(super) fn findings(&self) -> Option<Finding> {
        let err = self.service_ports.as_deref()?.parse::<PortRange>().err()?;
        Some(Finding::new(Rule::Setting, Place::field("daemon").then("service-ports"), err.to_string()))
    }
}
