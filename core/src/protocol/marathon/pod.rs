//! A pod as it is defined: what its file says, with all that it leaves open filled in (marathon-v2, section 8.9). A
//! client may send back what it got: it means the same.

use super::scalar::{Moment, without_idle_fractions};
use crate::manifest::{
    Disabled, EndpointProtocol, ImageKind, Network, NetworkKind, PodBackoff, PodConstraint, PodContainer, PodFile,
    PodImage, PodPlacement, PodResources, Scaling, ScalingKind, Scheduling, UnreachableFile, UpgradeFile,
};
use crate::model::{AppSpec, Constraint, NetworkMode, PodSpec, Resources, UnreachableStrategy, Version};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A definition, complete.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct Pod(PodFile);

impl Pod {
    /// `None` if it is an app.
    #[must_use]
    pub fn of(spec: &AppSpec, version: Version) -> Option<Self> {
        let written = written(spec.pod.as_ref()?);
        let containers = written.containers.into_iter().zip(spec.run.resources_of_containers());
        Some(Self(PodFile {
            schema: None,
            restarted_at: None,
            id: Some(spec.id.to_string()),
            version: Some(Moment::from(version).to_string()),
            containers: containers.map(|(container, resources)| filled(container, resources)).collect(),
            networks: written.networks.filter(|networks| !networks.is_empty()).or_else(|| Some(vec![network(spec)])),
            scaling: Some(Scaling { kind: Some(ScalingKind::Fixed), instances: Some(spec.instances) }),
            scheduling: Some(scheduling(spec)),
            role: Some(spec.role.clone()),
            ..written
        }))
    }
}

impl Serialize for Pod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        without_idle_fractions(value).serialize(serializer)
    }
}

/// What stands in the pod's file.
pub(crate) fn written(pod: &PodSpec) -> PodFile {
    serde_json::from_value(pod.definition.clone()).expect("it was written from a pod file")
}

fn filled(container: PodContainer, resources: Resources) -> PodContainer {
    let image = container.image.unwrap_or_default();
    let endpoints = container.endpoints.map(|endpoints| {
        let with_protocol = |mut endpoint: crate::manifest::Endpoint| {
            endpoint.protocol.get_or_insert_with(|| vec![EndpointProtocol::Tcp]);
            endpoint
        };
        endpoints.into_iter().map(with_protocol).collect()
    });
    PodContainer {
        image: Some(PodImage {
            kind: image.kind.or(Some(ImageKind::Docker)),
            force_pull: image.force_pull.or(Some(false)),
            ..image
        }),
        resources: Some(PodResources {
            cpus: Some(resources.cpus.as_f64()),
            mem: Some(resources.mem.as_f64()),
            disk: Some(resources.disk.as_f64()),
            gpus: Some(resources.gpus),
        }),
        endpoints,
        ..container
    }
}

fn network(spec: &AppSpec) -> Network {
    let (mode, name) = match &spec.run.network {
        NetworkMode::Host => (NetworkKind::Host, None),
        NetworkMode::Bridge => (NetworkKind::Bridge, None),
        NetworkMode::Named(name) => (NetworkKind::Container, Some(name.clone())),
    };
    Network { mode: Some(mode), name, labels: None }
}

fn scheduling(spec: &AppSpec) -> Scheduling {
    let (backoff, upgrade) = (spec.backoff, spec.upgrade);
    let roles: Vec<String> = spec.accepted_resource_roles.iter().cloned().collect();
    Scheduling {
        backoff: Some(PodBackoff {
            backoff: Some(whole(backoff.initial_secs)),
            backoff_factor: Some(backoff.factor),
            max_launch_delay: Some(whole(backoff.max_secs)),
        }),
        upgrade: Some(UpgradeFile {
            minimum_health_capacity: Some(upgrade.minimum_health_capacity),
            maximum_over_capacity: Some(upgrade.maximum_over_capacity),
        }),
        placement: Some(PodPlacement {
            constraints: Some(spec.constraints.iter().map(constraint).collect()),
            accepted_resource_roles: Some(roles),
        }),
        kill_selection: Some(spec.kill_selection),
        unreachable_strategy: Some(match spec.unreachable {
            UnreachableStrategy::Disabled => UnreachableFile::Word(Disabled::Disabled),
            UnreachableStrategy::Replace { inactive_after_secs, expunge_after_secs } => UnreachableFile::Replace {
                inactive_after_seconds: Some(inactive_after_secs),
                expunge_after_seconds: Some(expunge_after_secs),
            },
        }),
    }
}

/// Files give whole seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it to a year")]
fn whole(secs: f64) -> u32 {
    secs as u32
}

fn constraint(rule: &Constraint) -> PodConstraint {
    let mut words = Vec::from(rule.clone()).into_iter();
    PodConstraint {
        field_name: words.next().unwrap_or_default(),
        operator: words.next().unwrap_or_default(),
        value: words.next(),
    }
}
