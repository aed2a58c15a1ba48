//! The `container` of an app (marathon-v2, section 1.2). Ours all have an image.

use super::definition::ServicePorts;
use crate::model::{NetworkMode, Parameter, PersistentVolume, Protocol, RunSpec, Scalar, Volume, VolumeMode};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Where Marathon's own relative paths begin; the manifest makes them absolute.
const SANDBOX: &str = "/mnt/mesos/sandbox/";

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Container<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    docker: Docker<'a>,
    volumes: Volumes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port_mappings: Option<PortMappings<'a>>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Docker<'a> {
    image: &'a str,
    force_pull_image: bool,
    privileged: bool,
    parameters: &'a [Parameter],
}

#[derive(Debug, Clone)]
struct Volumes<'a> {
    host: &'a [Volume],
    persistent: &'a [PersistentVolume],
}

#[derive(Debug, Clone)]
struct PortMappings<'a>(ServicePorts<'a>);

impl<'a> Container<'a> {
    pub(super) fn of(run: &'a RunSpec, ports: ServicePorts<'a>) -> Self {
        let docker = Docker {
            image: &run.image.name,
            force_pull_image: run.image.force_pull,
            privileged: run.privileged,
            parameters: &run.parameters,
        };
        let port_mappings = match run.network {
            NetworkMode::Host => None,
            NetworkMode::Bridge | NetworkMode::Named(_) => Some(PortMappings(ports)),
        };
        let volumes = Volumes { host: &run.volumes, persistent: &run.persistent };
        Self { kind: "DOCKER", docker, volumes, port_mappings }
    }
}

impl Serialize for Volumes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Entry<'v> {
            container_path: &'v str,
            #[serde(skip_serializing_if = "Option::is_none")]
            host_path: Option<&'v str>,
            mode: VolumeMode,
            #[serde(skip_serializing_if = "Option::is_none")]
            persistent: Option<Persistent>,
        }
        #[derive(Serialize)]
        struct Persistent {
            #[serde(rename = "type")]
            kind: &'static str,
            size: Scalar,
        }
        let host = self.host.iter().map(|volume| Entry {
            container_path: &volume.container_path,
            host_path: Some(&volume.host_path),
            mode: volume.mode,
            persistent: None,
        });
        let persistent = self.persistent.iter().map(|volume| Entry {
            container_path: as_written(&volume.container_path),
            host_path: None,
            mode: volume.mode,
            persistent: Some(Persistent { kind: "root", size: volume.size }),
        });
        serializer.collect_seq(host.chain(persistent))
    }
}

/// A name below the sandbox is what Marathon's own files say.
pub(crate) fn as_written(container_path: &str) -> &str {
    container_path.strip_prefix(SANDBOX).filter(|name| !name.contains('/')).unwrap_or(container_path)
}

impl Serialize for PortMappings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Entry<'p> {
            container_port: u16,
            #[serde(skip_serializing_if = "Option::is_none")]
            host_port: Option<u16>,
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'p str>,
            service_port: u16,
            protocol: Protocol,
            labels: &'p BTreeMap<String, String>,
        }
        serializer.collect_seq(self.0.iter().map(|(port, service_port)| Entry {
            container_port: port.container_port,
            host_port: port.host_port,
            name: port.name.as_deref(),
            service_port,
            protocol: port.protocol,
            labels: &port.labels,
        }))
    }
}
