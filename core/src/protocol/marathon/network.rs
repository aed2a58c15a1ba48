//! `networks` and `portDefinitions` (marathon-v2, sections 1.5 and 4.1).

use super::definition::ServicePorts;
use crate::model::{AppSpec, NetworkMode, Protocol};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

/// The one network that a Docker container joins.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Network<'a> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<&'a Value>,
}

impl<'a> Network<'a> {
    pub(super) fn of(spec: &'a AppSpec) -> Self {
        let (mode, name) = match &spec.run.network {
            NetworkMode::Host => ("host", None),
            NetworkMode::Bridge => ("container/bridge", None),
            NetworkMode::Named(name) => ("container", Some(name.as_str())),
        };
        // Labels of a network decide nothing, so the file's own text is all there is of them.
        let written = spec.kept.get("networks").and_then(|networks| networks.get(0)?.get("labels"));
        let labels = written.filter(|labels| labels.as_object().is_some_and(|labels| !labels.is_empty()));
        Self { mode, name, labels }
    }
}

/// Ports on the host's network.
#[derive(Debug, Clone)]
pub(super) struct PortDefinitions<'a> {
    pub(super) ports: ServicePorts<'a>,
    /// The numbers are those on the agent, too. A port that is left open is then any: the service port that was chosen
    /// for it would name a port that no task has.
    pub(super) required: bool,
}

impl Serialize for PortDefinitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Entry<'p> {
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'p str>,
            port: u16,
            protocol: Protocol,
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            labels: &'p BTreeMap<String, String>,
        }
        serializer.collect_seq(self.ports.iter().map(|(port, chosen)| Entry {
            name: port.name.as_deref(),
            port: if self.required { port.service_port } else { chosen },
            protocol: port.protocol,
            labels: &port.labels,
        }))
    }
}
