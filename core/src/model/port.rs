//! Networks and ports of an app, in the canonical form of Marathon 1.5 and later (marathon-v2, section 4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How an app's containers are connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NetworkMode {
    /// The agent's own network: a port is the same number inside and outside.
    Host,
    /// The engine's bridge: ports are published on the agent.
    Bridge,
    /// A network of the engine, by name.
    Named(String),
}

/// One port of an app: a `portDefinitions` entry in host mode, a `portMappings` entry otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PortSpec {
    /// Names `PORT_<NAME>` of the environment; unique within the app.
    pub name: Option<String>,
    /// Which kind of port is published.
    pub protocol: Protocol,
    /// Inside the container; 0 = the same number as the host port. Unused (0) in host mode.
    pub container_port: u16,
    /// On the agent: `Some(0)` = any free one, `None` = not published. In host mode `Some(port)` when
    /// `requirePorts` is set, otherwise `Some(0)`.
    pub host_port: Option<u16>,
    /// Cluster-wide number for load balancers; 0 = not chosen. In host mode this is `port` itself.
    pub service_port: u16,
    /// For load balancers; no task notices them.
    pub labels: BTreeMap<String, String>,
}

/// What a port speaks, in Marathon's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Protocol {
    /// Stream connections; the default.
    #[serde(rename = "tcp")]
    Tcp,
    /// Datagrams.
    #[serde(rename = "udp")]
    Udp,
    /// Both on the same number.
    #[serde(rename = "udp,tcp")]
    Both,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Both => "udp,tcp",
        })
    }
}
