//! `[agent]` of the `ship.toml` that an agent is started with, and the forms that its flags have in common with it.

mod amounts;
mod attributes;
mod host_ports;

pub use amounts::{Amounts, AmountsError};
pub use attributes::{Attributes, AttributesError};
pub use host_ports::{HostPorts, HostPortsError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ship_core::manifest::{Finding, Place, Rule};
use ship_core::model::Attribute;
use std::collections::BTreeMap;

/// What `shipd agent` says of its machine; flags and `SHIP_` variables come first. Read again on SIGHUP.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct AgentSettings {
    /// What constraints can ask for, by name: a text, a number, or a list of texts.
    #[schemars(with = "BTreeMap<String, AttributeWord>")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Attribute>,
    /// What tasks may use, such as `cpus=4,mem=8192`, and what is kept for a role, such as `cpus(prod)=8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<String>,
    /// Host ports that tasks may be given, as `FIRST-LAST`, several with `,` between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<String>,
    /// What the machine is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// The failure zone that the machine is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The region that the machine is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

impl AgentSettings {
    /// What the schema cannot say.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let at = |name: &str| Place::field("agent").then(name);
        let finding = |place: Place, err: String| Finding::new(Rule::Setting, place, err);
        let resources = self.resources.as_deref().and_then(|text| Amounts::parse(text).err());
        let ports = self.ports.as_deref().and_then(|text| HostPorts::parse(text).err());
        let names = self.attributes.keys().filter_map(|name| {
            let err = Attributes::check_name(name).err()?;
            Some(finding(at("attributes").then(name).key(), err.to_string()))
        });
        let resources = resources.map(|err| finding(at("resources"), err.to_string()));
        resources.into_iter().chain(ports.map(|err| finding(at("ports"), err.to_string()))).chain(names).collect()
    }
}

/// A text, a number, or several texts.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum AttributeWord {
    Number(#[schemars(range(min = 0))] f64),
    Text(String),
    Set(Vec<String>),
}
