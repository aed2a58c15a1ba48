//! Networks and ports of an app file, in canonical and old forms.

#![expect(missing_docs, reason = "a comment here is text of the JSON Schema; Marathon's own words need none there")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One network of an app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Network {
    /// The host's own network, the engine's bridge, or a network of the engine by name.
    #[schemars(extend("default" = "container"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<NetworkKind>,
    /// The name of the network; for mode `container` only.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([-a-z0-9_]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Notes for the network; not for mode `host`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NetworkKind {
    #[default]
    #[serde(rename = "container")]
    Container,
    #[serde(rename = "container/bridge")]
    Bridge,
    #[serde(rename = "host")]
    Host,
}

/// A port of an app on the host's network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PortDefinition {
    /// The service port; with `requirePorts` also the port on the agent. 0 lets one be chosen.
    #[schemars(range(max = 65535), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `tcp`, `udp` or both.
    #[schemars(extend("default" = "tcp"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<PortProtocol>,
    /// A name, for checks and the variable `PORT_<NAME>`.
    #[schemars(regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Notes about the port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// A port of a container on a bridge or named network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct PortMapping {
    /// The port inside the container; 0 means the same number as the host port.
    #[schemars(range(max = 65535), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<u16>,
    /// The port on the agent; 0 means any free one. On a named network a port without it is not published.
    #[schemars(range(max = 65535))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    /// The cluster-wide port for load balancers; 0 lets one be chosen.
    #[schemars(range(max = 65535), extend("default" = 0))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_port: Option<u16>,
    /// `tcp`, `udp` or both.
    #[schemars(extend("default" = "tcp"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<PortProtocol>,
    /// A name, for checks and the variable `PORT_<NAME>`.
    #[schemars(regex(pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Notes about the port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// The networks this port is for, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_names: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PortProtocol {
    #[default]
    #[serde(rename = "tcp")]
    Tcp,
    #[serde(rename = "udp")]
    Udp,
    #[serde(rename = "udp,tcp")]
    UdpTcp,
    #[serde(rename = "tcp,udp")]
    TcpUdp,
}

/// The old form of a named network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct IpAddress {
    /// Old security groups; dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Notes for the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Ports without Docker. Not with a Docker container.
    #[schemars(with = "Option<BTreeMap<String, Value>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Value>,
    /// The name of the network.
    #[schemars(length(min = 1, max = 63))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_name: Option<String>,
}
