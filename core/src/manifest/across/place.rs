//! Finds a spot, given in terms of the canonical app, in the file as it was written.

use super::{Place, Spot};
use crate::manifest::{AppFile, GroupFile, PortDefinition, PortMapping};
use crate::model::GroupId;

impl Spot {
    /// Where this stands in an app file of that group; the id if the file does not say it anywhere.
    #[must_use]
    pub fn place(&self, file: &AppFile, group: &GroupId) -> Place {
        match self {
            Self::Id => Place::field("id"),
            Self::Dependency(path) => dependency(file.dependencies.as_deref(), path, group),
            Self::ServicePort(port) => service_port(file, *port),
        }
    }

    /// As [`Spot::place`], in a pod's file: pods have neither dependencies nor service ports.
    #[must_use]
    pub fn place_in_pod(&self) -> Place {
        match self {
            Self::Id => Place::field("id"),
            Self::Dependency(_) | Self::ServicePort(_) => Place::root(),
        }
    }

    /// As [`Spot::place`], in a `group.json`.
    #[must_use]
    pub fn place_in_group(&self, file: &GroupFile, group: &GroupId) -> Place {
        match self {
            Self::Dependency(path) => dependency(file.dependencies.as_deref(), path, group),
            Self::Id | Self::ServicePort(_) => Place::root(),
        }
    }
}

fn dependency(written: Option<&[String]>, path: &GroupId, base: &GroupId) -> Place {
    let here = Place::field("dependencies");
    let at = written.into_iter().flatten().position(|text| GroupId::resolve(text, base).as_ref() == Ok(path));
    at.map_or(here.clone(), |at| here.then(at))
}

fn service_port(file: &AppFile, port: u16) -> Place {
    let definitions = || {
        let list: &[PortDefinition] = file.port_definitions.as_deref()?;
        let at = list.iter().position(|definition| definition.port == Some(port))?;
        Some(Place::field("portDefinitions").then(at).then("port"))
    };
    let numbers = || {
        let at = file.ports.as_ref()?.iter().position(|number| *number == port)?;
        Some(Place::field("ports").then(at))
    };
    let container = file.container.as_ref();
    let new = || mapping(container?.port_mappings.as_deref()?, port, &Place::field("container").then("portMappings"));
    let old = || {
        let docker = container?.docker.as_ref()?;
        mapping(docker.port_mappings.as_deref()?, port, &Place::field("container").then("docker").then("portMappings"))
    };
    new().or_else(old).or_else(definitions).or_else(numbers).unwrap_or_else(|| Place::field("id"))
}

fn mapping(list: &[PortMapping], port: u16, here: &Place) -> Option<Place> {
    let at = list.iter().position(|mapping| mapping.service_port == Some(port))?;
    Some(here.then(at).then("servicePort"))
}
